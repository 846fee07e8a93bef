"""An answer whose process ends, is told to end, or is killed."""

import asyncio
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from fluxgate_app.chat import saver
from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.generations import Generations
from fluxgate_app.db import Database
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models import AiEvent, Conversation, Message, MessageStatus, ProcessLease
from fluxgate_app.models.columns import now
from fluxgate_app.tracking import Status
from fluxgate_app.wiring import repeat

from .conftest import Asked, Chat, read, socket_closed, until


def leave_behind(chat: Chat, process_id: str, lease: timedelta | None) -> str:
    """A question and half an answer of a process whose lease runs out then, by its message's id."""
    with chat.database.writing() as session:
        if lease is not None:
            session.merge(ProcessLease(process_id=process_id, expires_at=now() + lease))
        asked = Message(conversation_id=chat.id, position=0, role="user", content="What is TCP?")
        answer = Message(
            conversation_id=chat.id,
            parent_id=asked.id,
            position=1,
            role="assistant",
            content="Half of",
            status=MessageStatus.STREAMING,
            process_id=process_id,
        )
        session.add_all([asked, answer])
        session.get_one(Conversation, chat.id).leaf_id = answer.id
        return answer.id


@pytest.mark.parametrize(
    ("process_id", "lease", "status"),
    [
        ("proc_dead", None, MessageStatus.INTERRUPTED),
        ("proc_dead", timedelta(seconds=-1), MessageStatus.INTERRUPTED),
        ("proc_alive", timedelta(seconds=20), MessageStatus.STREAMING),
        ("proc_this", None, MessageStatus.STREAMING),
    ],
)
async def test_only_answers_of_dead_processes_are_marked(chat: Chat, process_id, lease, status):
    leave_behind(chat, process_id, lease)
    assert await chat.generations.sweep() == (status is MessageStatus.INTERRUPTED)
    answer = chat.messages[1]
    assert (answer.status, answer.content) == (status, "Half of")
    assert await chat.generations.sweep() == 0


async def test_a_dead_processs_answer_is_in_nobodys_way(chat: Chat):
    leave_behind(chat, "proc_dead", None)
    await read(await chat.ask(model="demo-fast"))
    assert [message.status for message in chat.messages] == ["done", "interrupted", "done", "done"]


async def test_a_restart_leaves_it_interrupted_and_ready_to_be_tried_again(chat: Chat, database: Database, completions):
    message_id = leave_behind(chat, "proc_dead", None)
    restarted = Generations(database, completions, "proc_next", 4000)
    await restarted.sweep()
    again = await restarted.retry(chat.owner, message_id, model="openai/demo-fast")
    await read(again)
    answer = chat.messages[1]
    assert (answer.status, answer.content) == (MessageStatus.DONE, again.text)
    assert answer.versions == (message_id, again.message_id)


async def test_given_up_too_early_it_stays_so_until_it_has_an_end(chat: Chat, completions, monkeypatch):
    monkeypatch.setattr(saver, "SNAPSHOT_SECONDS", 0.02)
    generation = await chat.ask()
    assert await Generations(chat.database, completions, "proc_next", 4000).sweep() == 1
    seen = set[MessageStatus]()
    while not generation.ended:
        seen.add(chat.messages[1].status)
        await asyncio.sleep(0.02)
    assert seen <= {MessageStatus.INTERRUPTED, MessageStatus.DONE}
    assert (chat.messages[1].status, chat.messages[1].content) == (MessageStatus.DONE, generation.text)


async def test_given_up_and_tried_again_elsewhere_it_is_what_is_written_there(chat: Chat, completions):
    late = await chat.ask()
    elsewhere = Generations(chat.database, completions, "proc_next", 4000)
    await elsewhere.sweep()
    again = await elsewhere.retry(chat.owner, late.message_id, model="openai/demo-stall")
    await late.wait()
    assert (chat.messages[1].status, chat.messages[1].model) == (MessageStatus.STREAMING, again.model)
    again.stop()
    await again.wait()
    assert (chat.messages[1].status, chat.messages[1].content) == (MessageStatus.STOPPED, again.text)


async def test_a_process_that_ends_saves_what_it_has(chat: Chat, asked: Asked):
    generation = await chat.ask(model="demo-8kb")
    await until(lambda: generation.length > 50)
    closing = time.monotonic()
    await chat.generations.close()
    assert time.monotonic() - closing < 2
    assert await socket_closed(asked()) - closing < 0.2
    answer = chat.messages[1]
    assert (answer.status, answer.content) == (MessageStatus.INTERRUPTED, generation.text)
    assert answer.tracking_id == generation.tracking_id
    assert generation.ended


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_killed_process_leaves_its_answer_and_its_call_interrupted(
    chat: Chat, completions: Completions, database_url: str, tmp_path: Path
):
    dying = [sys.executable, Path(__file__).with_name("dying.py"), database_url, tmp_path, chat.owner.account, chat.id]
    killed = await asyncio.create_subprocess_exec(*map(str, dying))
    assert await killed.wait() == 9
    assert chat.messages[1].status is MessageStatus.STREAMING

    recorder = Recorder(chat.database, tmp_path)
    recorder.start()
    restarted = Generations(chat.database, completions, recorder.process_id, 4000)
    sweeping = asyncio.create_task(repeat(restarted.sweep, 0.1))
    await until(lambda: chat.messages[1].status is MessageStatus.INTERRUPTED)
    sweeping.cancel()
    await asyncio.to_thread(recorder.stop)
    with chat.database.reading() as session:
        assert session.exec(select(AiEvent.status)).one() == Status.INTERRUPTED
