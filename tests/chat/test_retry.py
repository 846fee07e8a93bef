"""Writing an answer anew, or going on with one that failed or was stopped."""

import pytest

from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import MessageStatus
from fluxgate_app.tracking import Owner

from .conftest import Asked, Chat, read, until


@pytest.fixture
async def failed(chat: Chat) -> str:
    """An answer that never began, by its message's id."""
    generation = await chat.ask(model="openai/demo-error")
    await generation.wait()
    return generation.message_id


async def test_an_empty_message_gets_a_new_answer(chat: Chat, asked: Asked, failed: str):
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
    assert (again.model, again.status) == ("openai/demo-error", MessageStatus.FAILED)


@pytest.mark.parametrize("model", ["openai/demo-fast", "openai/demo-truncated"])
async def test_an_answer_with_anything_in_it_stays_beside_the_new_one(chat: Chat, model: str):
    before = await chat.ask(model=model)
    await before.wait()
    again = await chat.generations.retry(chat.owner, before.message_id, model="demo-1kb")
    await again.wait()
    question, answer = chat.messages
    assert (question.content, question.versions) == ("What is TCP?", ())
    assert answer.versions == (before.message_id, again.message_id)
    assert (answer.id, answer.content) == (again.message_id, again.text)


async def test_a_question_is_asked_in_other_words(chat: Chat, asked: Asked, failed: str):
    again = await chat.generations.retry(chat.owner, failed, model="openai/demo-fast", question="What is UDP?")
    await again.wait()
    question, answer = chat.messages
    assert question.content == chat.view.title == "What is UDP?"
    assert (answer.status, answer.content) == (MessageStatus.DONE, again.text)
    assert asked().body["messages"][1:] == [{"role": "user", "content": "What is UDP?"}]


@pytest.mark.parametrize("question", ["", " ", "x" * 4001])
async def test_it_refuses_other_words_that_are_none(chat: Chat, failed: str, question: str):
    before = chat.messages
    with pytest.raises(Invalid):
        await chat.generations.retry(chat.owner, failed, question=question)
    assert chat.messages == before


async def test_an_answer_that_broke_off_goes_on_in_the_same_message(chat: Chat, asked: Asked):
    stopped = await chat.ask(model="openai/demo-8kb")
    await until(lambda: stopped.length > 50)
    stopped.stop()
    await stopped.wait()
    more = await chat.generations.retry(chat.owner, stopped.message_id, model="openai/demo-fast", goes_on=True)
    assert more.text.startswith(stopped.text)
    added = await read(more, more.length)
    question, answer = chat.messages
    assert (answer.status, answer.content) == (MessageStatus.DONE, more.text)
    assert len(more.text) > len(stopped.text)
    assert added in more.text
    _, asked_first, broken_off, go_on = asked().body["messages"]
    assert (asked_first["content"], broken_off) == (question.content, {"role": "assistant", "content": stopped.text})
    assert go_on["role"] == "user"
    assert (answer.earlier_calls, answer.tracking_id) == ((stopped.tracking_id,), more.tracking_id)


async def test_only_the_last_answer_goes_on(chat: Chat):
    broken = await chat.ask(model="openai/demo-truncated")
    await broken.wait()
    await read(await chat.ask("And UDP?", model="demo-fast"))
    with pytest.raises(Invalid, match="the last answer"):
        await chat.generations.retry(chat.owner, broken.message_id, goes_on=True)


async def test_it_goes_on_only_where_something_broke_off(chat: Chat):
    done = await chat.ask(model="demo-fast")
    await done.wait()
    with pytest.raises(Invalid, match="broke off"):
        await chat.generations.retry(chat.owner, done.message_id, goes_on=True)
    assert chat.messages[1].content == done.text


async def test_it_goes_on_where_an_answer_has_reached_its_length(chat: Chat):
    cut = await chat.ask(model="openai/demo-max-tokens")
    await cut.wait()
    assert chat.messages[1].status is MessageStatus.DONE
    more = await chat.generations.retry(chat.owner, cut.message_id, model="demo-fast", goes_on=True)
    await more.wait()
    assert more.text.startswith(cut.text)
    assert len(more.text) > len(cut.text)


async def test_a_question_gets_another_answer(chat: Chat, asked: Asked):
    await read(await chat.ask(model="demo-fast"))
    again = await chat.generations.retry(chat.owner, chat.messages[0].id, model="openai/demo-fast")
    await again.wait()
    assert [message.id for message in chat.messages] == [again.question_id, again.message_id]
    assert asked().body["messages"][1:] == [{"role": "user", "content": "What is TCP?"}]


async def test_an_earlier_answer_is_written_anew_and_what_followed_is_not_on_its_path(chat: Chat, failed: str):
    after = await chat.ask("And UDP?", model="demo-fast")
    await after.wait()
    again = await chat.generations.retry(chat.owner, failed, model="demo-fast")
    await again.wait()
    assert [message.id for message in chat.messages] == [again.question_id, again.message_id]
    assert chat.messages[1].versions == (failed, again.message_id)


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
