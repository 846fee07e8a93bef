"""Answers outside stored conversations: each found under an account and its own id, until its end."""

import asyncio
import time
from contextlib import aclosing

import pytest

from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.follower import Follower
from fluxgate_app.chat.kept_answers import KeptAnswers
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.chat.writing import Writing
from fluxgate_app.errors import Conflict, ProviderFailed
from fluxgate_app.models import MessageStatus

from .conftest import Asked, socket_closed, until

QUESTION = ChatRequest([ChatMessage("user", "What is TCP?")])


@pytest.fixture
def kept(completions: Completions) -> KeptAnswers:
    return KeptAnswers(completions)


async def start(kept: KeptAnswers, completions: Completions, model: str) -> Writing:
    return kept.start("usr_alice", "chat-1", QUESTION, await completions.choose(model))


async def test_it_is_found_until_its_end_by_its_owner_alone(kept, completions):
    writing = await start(kept, completions, "demo-1kb")
    assert kept.running("usr_alice", "chat-1") is writing
    assert kept.running("usr_charlie", "chat-1") is kept.running("usr_alice", "chat-2") is None
    await writing.wait()
    assert (writing.status, kept.running("usr_alice", "chat-1")) == (MessageStatus.DONE, None)


async def test_each_follower_reads_all_of_it_and_leaves_without_stopping_it(kept, completions):
    writing = await start(kept, completions, "demo-1kb")
    async with aclosing(Follower(writing, stops=False)) as leaving:
        await anext(leaving)
    texts = ["".join([text async for text in Follower(writing, stops=False)]) for _ in range(2)]
    assert texts == [writing.text] * 2
    assert writing.status is MessageStatus.DONE


async def test_each_delta_is_passed_on_as_it_arrives(kept, completions):
    writing = await start(kept, completions, "demo-1kb")
    arrived = [time.monotonic() async for _ in Follower(writing, stops=False)]
    assert len(arrived) > 100


async def test_a_follower_that_stops_it_closes_the_providers_socket(kept, completions, asked: Asked):
    writing = await start(kept, completions, "demo-8kb")
    async with aclosing(Follower(writing, stops=True)) as leaving:
        await anext(leaving)
    left_at = time.monotonic()
    assert await socket_closed(asked()) - left_at < 0.2
    await writing.wait()
    assert writing.status is MessageStatus.STOPPED


async def test_a_new_answer_under_its_id_stops_it_and_takes_its_place(kept, completions):
    before = await start(kept, completions, "demo-8kb")
    await until(lambda: before.length)
    after = await start(kept, completions, "demo-1kb")
    await before.wait()
    assert (before.status, kept.running("usr_alice", "chat-1")) == (MessageStatus.STOPPED, after)
    await after.wait()


async def test_stopped_before_its_call_left_there_is_nothing_to_read(kept, completions):
    writing = await start(kept, completions, "demo-8kb")
    writing.stop()
    with pytest.raises(Conflict, match="stopped before it began"):
        await anext(Follower(writing, stops=False))


async def test_the_end_of_the_process_is_told_to_followers(kept, completions, asked: Asked):
    writing = await start(kept, completions, "demo-8kb")
    follower = Follower(writing, stops=False)
    await anext(follower)
    await asyncio.wait_for(kept.close(), 1)
    with pytest.raises(ProviderFailed, match="interrupted"):
        _ = [text async for text in follower]
    assert writing.status is MessageStatus.INTERRUPTED
    assert await socket_closed(asked())
