"""Deleting a conversation, also while an answer is being written in it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from fluxgate_app.chat import attachments, conversations, deletion, ratings
from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.generations import Generations
from fluxgate_app.db import Database
from fluxgate_app.errors import NotFound
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models import AiEvent, AiEventContent, Conversation, Feedback, Message, MessageStatus
from fluxgate_app.models.columns import now
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.tracking import Owner, Status

from .conftest import Asked, Chat, socket_closed, until


async def test_what_is_being_written_is_stopped_first(chat: Chat, asked: Asked):
    generation = await chat.ask(model="demo-8kb")
    await until(lambda: generation.length > 50)
    await chat.generations.delete(chat.owner, chat.id)
    await socket_closed(asked())
    assert generation.tracking and generation.tracking.status is Status.CANCELLED
    with pytest.raises(NotFound):
        _ = chat.messages


async def test_nothing_that_its_last_call_said_is_kept_afterwards(chat: Chat, demo, settings, tmp_path: Path):
    recorder = Recorder(chat.database, tmp_path, "full")
    completions = Completions(Catalogue(settings, demo, LocalModel()), recorder, settings)
    chat.generations = Generations(chat.database, completions, recorder.process_id, 4000)
    generation = await chat.ask(model="demo-8kb")
    await until(lambda: generation.length > 50)
    await chat.generations.delete(chat.owner, chat.id)
    recorder.start()
    assert await asyncio.to_thread(recorder.flush)
    await asyncio.to_thread(recorder.stop)
    await completions.close()
    with chat.database.reading() as session:
        assert session.exec(select(AiEvent.tracking_id)).all() == [generation.tracking_id]
        assert session.exec(select(AiEventContent)).all() == []


@pytest.mark.parametrize("what", ["conversation", "message"])
async def test_why_an_answer_was_bad_goes_with_it(chat: Chat, what: str):
    generation = await chat.ask()
    await generation.wait()
    with chat.database.writing() as session:
        ratings.rate(session, chat.owner.account or "", generation.message_id, False, "It is wrong about me")
    if what == "conversation":
        await chat.generations.delete(chat.owner, chat.id)
    else:
        await chat.generations.delete_message(chat.owner, generation.question_id)
    with chat.database.reading() as session:
        assert [(said.is_good, said.reason) for said in session.exec(select(Feedback))] == [(False, "")]


async def test_it_refuses_another_accounts(chat: Chat, charlie: Owner):
    generation = await chat.ask(model="demo-8kb")
    for wanted in (chat.id, "conv_unknown"):
        with pytest.raises(NotFound):
            await chat.generations.delete(charlie, wanted)
    assert not generation.ended
    assert len(chat.messages) == 2


async def test_a_question_that_is_just_being_taken_is_not_answered(chat: Chat, asked: Asked):
    asking = asyncio.create_task(chat.ask(model="demo-80kb"))
    # Deleted between the moment when its rows are stored and the moment when this process knows of it.
    await until(lambda: stored_messages(chat.database))
    with chat.database.writing() as session:
        deletion.delete(session, chat.owner.account or "", chat.id)
    generation = await asking
    async with asyncio.timeout(5):
        await generation.wait()
    assert generation.status is MessageStatus.STOPPED
    await socket_closed(asked())


async def test_an_answer_that_another_process_writes_is_stopped_there(
    chat: Chat, asked: Asked, completions: Completions
):
    generation = await chat.ask(model="demo-80kb")
    await until(lambda: generation.length > 50)
    await Generations(chat.database, completions, "proc_other", 4000).delete(chat.owner, chat.id)
    async with asyncio.timeout(5):
        await generation.wait()
    await socket_closed(asked())
    assert generation.status is MessageStatus.STOPPED


async def test_a_file_goes_with_the_last_message_that_has_it(chat: Chat):
    with chat.database.writing() as session:
        file = attachments.add(session, chat.owner.account or "", "notes.txt", b"Some notes").id
    first = await chat.ask("What is in it?", files=(file,))
    await first.wait()
    again = await chat.generations.retry(chat.owner, first.question_id, question="And now?")
    await again.wait()
    await chat.generations.delete_message(chat.owner, again.question_id)
    assert [one.id for one in chat.messages[0].attachments] == [file]
    await chat.generations.delete_message(chat.owner, first.question_id)
    with chat.database.reading() as session, pytest.raises(NotFound):
        attachments.content(session, chat.owner.account or "", file)


async def test_a_message_in_the_middle_goes_with_all_that_followed_and_leaves_a_whole_path(chat: Chat):
    for question in ("One?", "Two?", "Three?"):
        await (await chat.ask(question)).wait()
    one, answer, two, *_ = chat.messages
    await chat.generations.delete_message(chat.owner, two.id)
    assert [message.id for message in chat.messages] == [one.id, answer.id]
    with chat.database.reading() as session:
        rows = session.exec(select(Message)).all()
        leaf = session.exec(select(Conversation)).one().leaf_id
    assert leaf == answer.id
    assert {row.parent_id for row in rows} - {None} <= {row.id for row in rows}
    await (await chat.ask("And then?")).wait()
    assert [message.content for message in chat.messages][2] == "And then?"


async def test_what_is_discarded_is_gone_at_once_and_stops(chat: Chat, asked: Asked):
    generation = await chat.ask(model="demo-8kb")
    await until(lambda: generation.length > 50)
    await chat.generations.discard(chat.owner, chat.id)
    await socket_closed(asked())
    assert generation.status is MessageStatus.STOPPED
    with pytest.raises(NotFound):
        _ = chat.view
    with pytest.raises(NotFound):
        await chat.ask()
    with pytest.raises(NotFound):
        await chat.generations.retry(chat.owner, generation.message_id)


async def test_it_comes_back_with_all_that_was_said(chat: Chat):
    await (await chat.ask()).wait()
    before, said = chat.view, chat.messages
    await chat.generations.discard(chat.owner, chat.id)
    await chat.generations.sweep()
    with chat.database.writing() as session:
        deletion.restore(session, chat.owner.account or "", chat.id)
    assert (chat.view, chat.messages) == (before, said)


async def test_it_is_deleted_once_nobody_can_want_it_back(chat: Chat):
    await (await chat.ask()).wait()
    await chat.generations.discard(chat.owner, chat.id)
    with chat.database.writing() as session:
        conversation = session.exec(select(Conversation)).one()
        conversation.discarded_at = now() - timedelta(seconds=deletion.UNDO_SECONDS + 1)
    await chat.generations.sweep()
    assert stored_messages(chat.database) == 0
    with pytest.raises(NotFound), chat.database.writing() as session:
        deletion.restore(session, chat.owner.account or "", chat.id)


async def test_a_question_takes_an_archived_one_back(chat: Chat):
    with chat.database.writing() as session:
        conversations.archive(session, chat.owner.account or "", chat.id, True)
    await (await chat.ask()).wait()
    assert not chat.view.archived


def stored_messages(database: Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(Message.id)).all())
