"""A question from a State: taken, answered, stopped; or refused, and nothing is stored."""

import asyncio

import pytest
import reflex as rx
from sqlmodel import func, select

from fluxgate_app.components.chat import chat
from fluxgate_app.errors import Unauthorized
from fluxgate_app.models import Conversation, Message
from fluxgate_app.states.streaming_reply import StreamingReply


class Helper(StreamingReply, rx.State):
    """A page that is not the chat page, and has a reply."""


async def helper(tab, email: str | None, model: str = "demo/demo-fast") -> Helper:
    """The State of that page, in a tab of this person's."""
    state = await tab(email).get_state(Helper)
    state.model = model
    return state


def stored(now) -> int:
    """How many rows the chat has."""
    with now.db.reading() as session:
        return sum(session.exec(select(func.count()).select_from(table)).one() for table in (Conversation, Message))


async def test_any_page_can_show_a_reply() -> None:
    page = chat(Helper, 4000, placeholder="Ask the helper", welcome_message="I am the helper")
    shown = str(page.render())
    assert "Ask the helper" in shown
    assert "I am the helper" in shown
    assert "helper.send" in shown


async def test_a_question_becomes_an_answer(now, tab) -> None:
    state = await helper(tab, "bob@example.com")
    await state.send("What is a hash table?")
    assert state.loading
    assert state.accepted == 1
    question, answer = state.feed["updates"][0]["messages"]
    assert (question["role"], question["text"]) == ("user", "What is a hash table?")
    assert (answer["role"], answer["status"], answer["text"]) == ("assistant", "streaming", "")
    await now.generations.running(state.conversation).wait()
    assert state.text


async def test_the_next_question_goes_to_the_same_conversation(now, tab) -> None:
    state = await helper(tab, "bob@example.com")
    await state.send("First")
    first = state.conversation
    await now.generations.running(first).wait()
    await state.send("Second")
    assert state.conversation == first


@pytest.mark.parametrize(
    ("text", "words"),
    [(" \n ", "Invalid message"), ("x" * 4001, "Message too long"), ("x" * 1_000_000, "Message too long")],
)
async def test_it_refuses_what_is_no_message(now, tab, text: str, words: str) -> None:
    state = await helper(tab, "bob@example.com")
    await state.send(text)
    assert (state.error.message, state.error.code) == (words, "Invalid")
    assert (state.accepted, state.refused, state.loading) == (0, 1, False)
    assert stored(now) == 0


async def test_it_takes_exactly_the_longest_message(now, tab) -> None:
    state = await helper(tab, "bob@example.com")
    await state.send("🙂" * 4000)
    assert state.error.message == ""
    assert state.accepted == 1


async def test_it_refuses_an_unknown_model(now, tab) -> None:
    state = await helper(tab, "bob@example.com", "gpt-nothing")
    await state.send("Hello")
    assert state.error.message.startswith("Unknown model 'gpt-nothing'")
    assert stored(now) == 0


async def test_it_refuses_a_second_question_while_it_answers(now, tab) -> None:
    state = await helper(tab, "bob@example.com", "demo/demo-stall")
    await state.send("First")
    await state.send("Second")
    assert state.error.code == "Conflict"
    await state.stop()


async def test_it_refuses_more_than_the_limit_and_says_how_long_to_wait(strict, tab) -> None:
    state = await helper(tab, "bob@example.com")
    await state.send("First")
    await strict.generations.running(state.conversation).wait()
    await state.send("Second")
    assert state.error.code == "RateLimited"
    assert 0 < state.error.retry_after <= 60
    assert state.error.message == f"Rate limit exceeded. Please wait {state.error.retry_after} seconds."
    assert state.allowance["remaining"] == 0


async def test_what_was_refused_is_sent_again_by_retry(now, tab) -> None:
    state = await helper(tab, "bob@example.com", "gpt-nothing")
    await state.send("Hello")
    again = await state.retry()
    assert again.args[0][1]._var_value == "Hello"


async def test_a_failed_answer_is_written_anew_by_retry(now, tab) -> None:
    state = await helper(tab, "bob@example.com", "demo/demo-error")
    await state.send("Hello")
    await now.generations.running(state.conversation).wait()
    await state.retry()
    assert state.loading
    assert state.feed["updates"][-1]["message"]["status"] == "streaming"


async def test_an_answer_that_broke_off_goes_on_where_it_ended(now, tab) -> None:
    state = await helper(tab, "bob@example.com", "demo/demo-truncated")
    await state.send("Hello")
    broken = now.generations.running(state.conversation)
    await broken.wait()
    await state.go_on()
    more = now.generations.running(state.conversation)
    assert broken.text
    assert state.feed["updates"][-1]["message"]["text"].startswith(broken.text)
    await more.wait()
    assert await asyncio.to_thread(now.recorder.flush)
    await state._finish(more)
    last = state.feed["updates"][-1]["message"]
    assert last["meta"]["calls"] == "2"


async def test_stop_stops_the_answer(now, tab) -> None:
    state = await helper(tab, "bob@example.com", "demo/demo-stall")
    await state.send("Hello")
    running = now.generations.running(state.conversation)
    await state.stop()
    await running.wait()
    assert running.status == "stopped"


async def test_another_person_can_neither_stop_nor_read_nor_retry_it(now, tab) -> None:
    hers = await helper(tab, "ada@example.com", "demo/demo-stall")
    await hers.send("Hello")
    running = now.generations.running(hers.conversation)
    his = await helper(tab, "bob@example.com")
    his._answer = hers._answer
    await his.stop()
    assert running.status == "streaming"
    await his.gap(0)
    assert his.piece == {}
    await his.retry()
    assert his.error.message == "Not found"
    await hers.stop()


async def test_it_refuses_those_who_are_not_signed_in(now, tab) -> None:
    state = await helper(tab, None)
    for handler in (lambda: state.send("Hello"), state.stop, state.retry, lambda: state.gap(0)):
        with pytest.raises(Unauthorized):
            await handler()
    assert stored(now) == 0


async def test_what_the_page_lacks_is_sent_again(now, tab) -> None:
    state = await helper(tab, "bob@example.com")
    await state.send("Hello")
    running = now.generations.running(state.conversation)
    await running.wait()
    await state.gap(10)
    assert state.piece == {"at": 10, "text": running.text[10:]}
    await state.gap(-1)
    assert [message["role"] for message in state.feed["updates"][0]["messages"]] == ["user", "assistant"]
