"""What the database knows of an answer while it is written, and what a slow database must not do."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from fluxgate_app.chat import conversations, saver
from fluxgate_app.db import Database
from fluxgate_app.models import MessageStatus

from .conftest import Chat, read, until


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots twenty times as often as in life."""
    monkeypatch.setattr(saver, "SNAPSHOT_SECONDS", 0.05)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Nobody else can write messages."""
    with database.writing() as session:
        if database.engine.dialect.name == "postgresql":
            session.connection().execute(text("LOCK TABLE message"))
        yield


async def test_the_text_so_far_is_saved_on_the_way(chat: Chat):
    generation = await chat.ask()
    await until(lambda: len(chat.messages[1].content) > 100)
    answer = chat.messages[1]
    assert answer.status is MessageStatus.STREAMING
    assert answer.tracking_id == generation.tracking_id
    assert generation.text.startswith(answer.content)
    await generation.wait()
    assert chat.messages[1].content == generation.text


async def test_followers_notice_nothing_of_a_locked_database(chat: Chat, database: Database):
    generation = await chat.ask(model="demo-8kb")
    await until(lambda: generation.length > 20)
    gaps, before = [], time.monotonic()
    with locked(database):
        async for _ in generation.follow():
            gaps.append(time.monotonic() - before)
            before = time.monotonic()
            if sum(gaps) > 1:
                break
    assert len(gaps) > 5
    assert max(gaps) < 0.4
    generation.stop()
    await generation.wait()
    assert chat.messages[1].content == generation.text
    assert chat.messages[1].status is MessageStatus.STOPPED


async def test_an_end_that_cannot_be_saved_yet_is_told_all_the_same(
    chat: Chat, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(saver, "PATIENCE_SECONDS", 0.1)
    generation = await chat.ask(model="demo-fast")
    with locked(database):
        assert await read(generation) == generation.text
        assert generation.status is MessageStatus.DONE
        assert generation.ended
    await until(lambda: chat.messages[1].status is MessageStatus.DONE)
    assert chat.messages[1].content == generation.text


async def test_a_database_that_fails_is_tried_again(chat: Chat, database: Database, caplog: pytest.LogCaptureFixture):
    generation = await chat.ask()
    rename(database, "message", "away")
    await until(lambda: "could not be saved yet" in caplog.text)
    rename(database, "away", "message")
    await generation.wait()
    await until(lambda: chat.messages[1].status is MessageStatus.DONE)
    assert chat.messages[1].content == generation.text


async def test_a_failure_that_is_not_the_database_s_is_tried_again_too(chat: Chat, database: Database, caplog):
    generation = await chat.ask()

    def break_down(*_: object) -> None:
        raise MemoryError

    event.listen(database.engine, "before_cursor_execute", break_down)
    await until(lambda: "could not be saved yet: MemoryError" in caplog.text)
    event.remove(database.engine, "before_cursor_execute", break_down)
    await generation.wait()
    await until(lambda: chat.messages[1].status is MessageStatus.DONE)
    assert chat.messages[1].content == generation.text


async def test_many_answers_at_once_are_all_saved(chat: Chat, database: Database):
    with database.writing() as session:
        ids = [conversations.create(session, chat.owner.account or "").id for _ in range(10)]
    chats = [Chat(database, chat.generations, chat.owner, id) for id in ids]
    generations = await asyncio.gather(*(each.ask() for each in chats))
    texts = await asyncio.gather(*(read(generation) for generation in generations))
    assert [each.messages[1].content for each in chats] == texts
    assert {each.messages[1].status for each in chats} == {MessageStatus.DONE}


def rename(database: Database, table: str, name: str) -> None:
    with database.writing() as session:
        session.connection().execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
