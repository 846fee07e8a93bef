"""Reading an answer while it is written: from anywhere, by several, and after its end."""

import asyncio
import time
from itertools import pairwise

import pytest

from fluxgate_app.chat.generation import Generation
from fluxgate_app.chat.text import Piece

from .conftest import Chat, read, until

# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def generation(chat: Chat) -> Generation:
    return await chat.ask("Emoji, please 😀", model="demo-1kb")


async def test_several_followers_get_all_of_it(generation: Generation):
    first = asyncio.create_task(read(generation))
    await until(lambda: generation.length > 200)
    texts = await asyncio.gather(first, read(generation), read(generation))
    assert set(texts) == {generation.text}
    assert len(generation.text.encode()) >= 1024


async def test_a_late_one_gets_everything_from_where_it_was(generation: Generation):
    await until(lambda: generation.length > 200)
    rest = await read(generation, offset=100)
    assert generation.text.encode("utf-16-le")[200:].decode("utf-16-le") == rest


async def test_after_the_end_there_is_one_piece_and_no_wait(generation: Generation):
    await generation.wait()
    assert [piece async for piece in generation.follow(0)] == [Piece(0, generation.text)]
    assert [piece async for piece in generation.follow(generation.length)] == []
    assert [piece async for piece in generation.follow(10**9)] == []


async def test_the_first_piece_comes_at_once_and_the_rest_gathered(generation: Generation):
    pieces: list[tuple[float, Piece]] = []
    async for piece in generation.follow():
        pieces.append((time.monotonic(), piece))
    assert len(pieces[0][1].text) < 20, "the first token was not held back"
    pauses = [after - before for (before, _), (after, _) in pairwise(pieces[:-1])]
    assert min(pauses) >= 0.045
    assert [piece.offset for _, piece in pieces[1:]] == [piece.end for _, piece in pieces[:-1]]


async def test_what_a_reader_lacks_can_be_asked_for(generation: Generation):
    await until(lambda: generation.length > 50)
    missing = generation.since(20)
    assert missing.offset == 20
    assert missing.end == generation.length
    await generation.wait()
