"""What was asked or answered otherwise stands beside what was there: looked at, gone on from, deleted, found."""

import pytest
from sqlmodel import select

from fluxgate_app.chat import search
from fluxgate_app.errors import Conflict, NotFound
from fluxgate_app.models import AiEventContent, Message
from fluxgate_app.tracking import Owner

from .conftest import Asked, Chat, read


@pytest.fixture
async def otherwise(chat: Chat) -> tuple[list[str], list[str]]:
    """Two paths through one conversation, by their messages' ids: one of four messages, and one of two after it."""
    await read(await chat.ask("What is TCP?", model="openai/demo-fast"))
    await read(await chat.ask("And UDP?", model="openai/demo-fast"))
    first = ids(chat)
    await read(await chat.generations.retry(chat.owner, first[0], model="openai/demo-fast", question="What is IP?"))
    return first, ids(chat)


def ids(chat: Chat) -> list[str]:
    return [message.id for message in chat.messages]


async def test_one_goes_back_to_the_end_of_the_path_that_was_there(chat: Chat, otherwise):
    first, second = otherwise
    assert chat.messages[0].versions == (first[0], second[0])
    assert await chat.generations.look_at(chat.owner, first[0]) == chat.id
    assert ids(chat) == first
    await chat.generations.look_at(chat.owner, second[1])
    assert ids(chat) == second


async def test_the_next_question_follows_the_path_that_is_looked_at(chat: Chat, otherwise, asked: Asked):
    first, _ = otherwise
    await chat.generations.look_at(chat.owner, first[0])
    await read(await chat.ask("Which is older?", model="openai/demo-fast"))
    assert ids(chat)[:4] == first
    said = [turn["content"] for turn in asked().body["messages"] if turn["role"] == "user"]
    assert said == ["What is TCP?", "And UDP?", "Which is older?"]


async def test_a_message_goes_with_all_that_followed_it(chat: Chat, otherwise):
    first, second = otherwise
    await chat.generations.look_at(chat.owner, first[0])
    await chat.generations.delete_message(chat.owner, first[2])
    assert ids(chat) == first[:2]
    with chat.database.reading() as session:
        assert set(session.exec(select(Message.id))) == {*first[:2], *second}


async def test_when_one_version_goes_the_other_is_looked_at(chat: Chat, otherwise):
    first, second = otherwise
    await chat.generations.delete_message(chat.owner, second[0])
    assert ids(chat) == first
    assert chat.messages[0].versions == ()


async def test_what_is_not_looked_at_goes_unseen(chat: Chat, otherwise):
    first, second = otherwise
    await chat.generations.delete_message(chat.owner, first[0])
    assert ids(chat) == second


async def test_a_conversation_without_messages_goes_on(chat: Chat):
    await read(await chat.ask(model="demo-fast"))
    await chat.generations.delete_message(chat.owner, ids(chat)[0])
    assert chat.messages == []
    await read(await chat.ask("And now?", model="demo-fast"))
    assert chat.messages[0].content == "And now?"


async def test_nothing_of_it_is_kept_with_its_calls(chat: Chat):
    broken = await chat.ask(model="openai/demo-truncated")
    await broken.wait()
    more = await chat.generations.retry(chat.owner, broken.message_id, model="openai/demo-fast", goes_on=True)
    await more.wait()
    with chat.database.writing() as session:
        for call in (broken.tracking_id, more.tracking_id, "evt_other"):
            session.add(AiEventContent(tracking_id=call or "", prompt="?", answer="!"))
    await chat.generations.delete_message(chat.owner, more.message_id)
    with chat.database.reading() as session:
        assert session.exec(select(AiEventContent.tracking_id)).all() == ["evt_other"]


async def test_words_are_found_on_every_path(chat: Chat, otherwise):
    first, second = otherwise
    with chat.database.reading() as session:
        found = [search.excerpts(session, chat.owner.account or "", [chat.id], words) for words in ("UDP", "is IP")]
    assert [excerpt[chat.id].message_id for excerpt in found] == [first[2], second[0]]


async def test_it_refuses_to_leave_or_delete_what_is_being_written(chat: Chat, otherwise):
    first, second = otherwise
    writing = await chat.ask("More", model="demo-stall")
    for change in (chat.generations.look_at, chat.generations.delete_message):
        with pytest.raises(Conflict):
            await change(chat.owner, first[0])
    assert ids(chat)[:2] == second
    writing.stop()


async def test_a_stranger_finds_nothing(chat: Chat, otherwise, charlie: Owner):
    before = chat.messages
    for wanted in (before[0].id, "msg_unknown", "a\0b"):
        for change in (chat.generations.look_at, chat.generations.delete_message):
            with pytest.raises(NotFound):
                await change(charlie, wanted)
    assert chat.messages == before
