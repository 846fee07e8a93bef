"""A question in a stored conversation becomes an answer and two saved messages, whoever watches."""

import asyncio
from contextlib import suppress

import pytest

from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.generations import Generations
from fluxgate_app.errors import Conflict, Invalid, NotFound, ProviderFailed, Unauthorized
from fluxgate_app.models import MessageStatus
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.settings import load
from fluxgate_app.tracking import Context, Owner, Status, User

from .conftest import Asked, Calls, Chat, read, until


async def test_a_question_becomes_an_answer_and_two_saved_messages(chat: Chat):
    generation = await chat.ask(model="openai/gpt-4o")
    text = await read(generation)

    assert "TCP" in text and text == generation.text
    assert (generation.status, generation.error, generation.ended) == (MessageStatus.DONE, None, True)
    question, answer = chat.messages
    assert (question.role, question.content, question.status) == ("user", "What is TCP?", MessageStatus.DONE)
    assert (answer.role, answer.content, answer.status) == ("assistant", text, MessageStatus.DONE)
    assert (answer.id, answer.model) == (generation.message_id, "openai/gpt-4o")
    assert generation.tracking and generation.tracking.status is Status.SUCCESS
    assert answer.tracking_id == generation.tracking_id == generation.tracking.tracking_id


async def test_both_messages_are_saved_before_the_provider_is_called(chat: Chat, calls: Calls):
    generation = await chat.ask(model="demo-slow")
    assert calls.started_calls == []
    question, answer = chat.messages
    assert (question.content, answer.content, answer.status) == ("What is TCP?", "", MessageStatus.STREAMING)
    assert chat.generations.get(answer.id) is chat.generations.running(chat.id) is generation


async def test_the_call_is_the_askers_and_names_the_conversation(chat: Chat, calls: Calls):
    await read(await chat.ask("Hi", model="demo-fast"))
    (start,) = calls.started_calls
    assert start.owner == chat.owner
    assert start.context == Context(
        feature="chat",
        user=User(chat.owner.account or "", name="Alice", email="alice@example.org"),
        conversation_id=chat.id,
    )


async def test_a_program_says_what_its_call_is_for(chat: Chat, calls: Calls):
    context = Context(feature="helpdesk", user=User("u_1"), conversation_id="their label")
    await read(await chat.ask("Hi", model="demo-fast", context=context))
    assert calls.started_calls[0].context == context.merged(conversation_id=chat.id)


async def test_the_conversation_is_titled_and_remembers_its_model_and_persona(chat: Chat, asked: Asked):
    before = chat.view
    question = "  Who invented\nTCP? "
    await read(await chat.ask(question, model="openai/demo-fast", persona="support-agent"))
    await read(await chat.ask("And UDP?", model=None))
    assert "customer support" in asked().body["messages"][0]["content"]
    assert (chat.view.title, chat.view.model) == ("Who invented TCP?", "openai/demo-fast")
    assert chat.view.updated_at > before.updated_at


async def test_what_was_said_before_is_sent_along(chat: Chat, asked: Asked):
    first = await read(await chat.ask(model="openai/demo-fast"))
    await read(await chat.ask("And UDP?", system="Be kind.", max_tokens=5))
    assert asked().body["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "What is TCP?"},
        {"role": "assistant", "content": first},
        {"role": "user", "content": "And UDP?"},
    ]
    assert asked().body["max_tokens"] == 5


async def test_nobody_has_to_watch(chat: Chat):
    generation = await chat.ask(model="demo-1kb")
    pieces = generation.follow()
    await anext(pieces)
    await pieces.aclose()
    await generation.wait()
    assert chat.messages[1].content == generation.text
    assert generation.status is MessageStatus.DONE


async def test_who_leaves_while_it_is_being_saved_has_asked_all_the_same(chat: Chat):
    asking = asyncio.create_task(chat.ask("Hi", model="demo-fast"))
    await until(lambda: chat.generations._starting)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    await until(lambda: len(chat.messages) == 2 and chat.messages[1].status is MessageStatus.DONE)


@pytest.mark.parametrize(
    ("model", "status", "error", "code"),
    [
        ("demo-rate-limited", Status.RATE_LIMITED, "Rate limit exceeded. Please try again later.", "rate_limited"),
        ("demo-cut", Status.ERROR, "Failed to process request", "connection"),
        ("demo-truncated", Status.ERROR, "Failed to process request", "truncated"),
        ("demo-refusal", Status.CONTENT_FILTER, "The provider withheld this answer, or the rest of it", "withheld"),
    ],
)
async def test_a_failed_answer_keeps_its_text_and_says_why(chat: Chat, model, status, error, code):
    generation = await chat.ask(model=model)
    text = await read(generation)
    assert bool(text) is (code != "rate_limited")
    assert (generation.status, generation.error, generation.code) == (MessageStatus.FAILED, error, code)
    assert generation.retry_after == (20 if code == "rate_limited" else None)
    assert generation.tracking and generation.tracking.status is status
    answer = chat.messages[1]
    assert (answer.status, answer.content, answer.error) == (MessageStatus.FAILED, text, error)
    assert answer.tracking_id == generation.tracking.tracking_id


async def test_a_silent_provider_fails_the_answer(chat: Chat, impatient: Completions):
    chat.generations = Generations(chat.database, impatient, "proc_this", 4000)
    generation = await chat.ask(model="demo-stall")
    text = await read(generation)
    assert (generation.status, generation.code) == (MessageStatus.FAILED, "timeout")
    assert chat.messages[1].content == text != ""


async def test_it_refuses_a_second_answer_in_the_same_conversation(chat: Chat):
    first = await chat.ask(model="demo-8kb")
    with pytest.raises(Conflict, match="still being written"):
        await chat.ask("And UDP?", model="demo-fast")
    assert len(chat.messages) == 2
    first.stop()
    await first.wait()
    await read(await chat.ask("And UDP?", model="demo-fast"))
    assert len(chat.messages) == 4


async def test_of_two_at_the_same_moment_one_is_refused(chat: Chat):
    both = [chat.ask("Hi", model="demo-1kb") for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Generation"]
    assert len(chat.messages) == 2


async def test_it_refuses_another_accounts_conversation(chat: Chat, charlie: Owner, calls: Calls):
    for wanted in (chat.id, "conv_unknown"):
        with pytest.raises(NotFound):
            await chat.generations.start(charlie, wanted, "Mine now", model="demo-fast")
    with pytest.raises(Unauthorized):
        await chat.generations.start(Owner(), chat.id, "Nobody's", model="demo-fast")
    assert chat.messages == [] and calls.started_calls == []


@pytest.mark.parametrize(
    ("question", "model", "error"),
    [
        (" ", "demo-fast", Invalid),
        ("x" * 4001, "demo-fast", Invalid),
        ("Hi", "nothing-serves-this", Invalid),
        ("Hi", "demo-no-such-fault", Invalid),
    ],
)
async def test_it_saves_nothing_of_a_bad_request(chat: Chat, question, model, error):
    with pytest.raises(error):
        await chat.ask(question, model=model)
    assert chat.messages == []


async def test_it_refuses_a_vendor_without_a_key(chat: Chat, calls: Calls, demo: DemoServer):
    keyed = load(openai_api_key="k-openai", anthropic_api_key=None, gemini_api_key=None, demo=False)
    completions = Completions(Catalogue(keyed, demo, LocalModel()), calls, keyed)
    chat.generations = Generations(chat.database, completions, "proc_this", 4000)
    with pytest.raises(ProviderFailed, match="No API key for Anthropic"):
        await chat.ask(model="claude-sonnet-4-6")
    assert chat.messages == [] and calls.started_calls == []
    await completions.close()
