"""Writing an answer anew that failed or was stopped."""

import pytest

from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import MessageStatus
from fluxgate_app.tracking import Owner

from .conftest import Asked, Chat, read


@pytest.fixture
async def failed(chat: Chat) -> str:
    """An answer that broke off, by its message's id."""
    generation = await chat.ask(model="openai/demo-truncated")
    await generation.wait()
    return generation.message_id


async def test_the_same_message_gets_a_new_answer(chat: Chat, asked: Asked, failed: str):
    before = chat.messages
    again = await chat.generations.retry(chat.owner, failed, model="openai/demo-fast")
    text = await read(again)
    question, answer = chat.messages
    assert question == before[0]
    assert (answer.id, answer.status, answer.error) == (failed, MessageStatus.DONE, None)
    assert (answer.content, answer.model) == (text, "openai/demo-fast")
    assert answer.tracking_id == again.tracking_id != before[1].tracking_id
    assert asked().body["messages"][1:] == [{"role": "user", "content": "What is TCP?"}]
    assert chat.generations.get(failed) is again


async def test_it_asks_the_same_model_unless_told_otherwise(chat: Chat, failed: str):
    again = await chat.generations.retry(chat.owner, failed)
    await again.wait()
    assert (again.model, again.code) == ("openai/demo-truncated", "truncated")


async def test_it_refuses_an_answer_that_is_whole(chat: Chat):
    done = await chat.ask(model="demo-fast")
    await done.wait()
    with pytest.raises(Invalid, match="failed or was stopped"):
        await chat.generations.retry(chat.owner, done.message_id)
    with pytest.raises(Invalid, match="failed or was stopped"):
        await chat.generations.retry(chat.owner, chat.messages[0].id)


async def test_it_refuses_an_answer_that_is_not_the_last(chat: Chat, failed: str):
    await read(await chat.ask("And UDP?", model="demo-fast"))
    with pytest.raises(Invalid, match="the last answer"):
        await chat.generations.retry(chat.owner, failed)


async def test_it_refuses_a_second_one_at_a_time(chat: Chat, failed: str):
    again = await chat.generations.retry(chat.owner, failed, model="demo-8kb")
    with pytest.raises(Conflict):
        await chat.generations.retry(chat.owner, failed, model="demo-8kb")
    again.stop()


async def test_a_stranger_finds_nothing(chat: Chat, charlie: Owner, failed: str):
    before = chat.messages
    for wanted in (failed, "msg_unknown"):
        with pytest.raises(NotFound):
            await chat.generations.retry(charlie, wanted, model="demo-fast")
    assert chat.messages == before
