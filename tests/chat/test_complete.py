"""A question, answered at once, by each vendor's official SDK."""

from decimal import Decimal
from typing import Any

import pytest

from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.errors import Invalid, ProviderFailed
from fluxgate_app.tracking import Context, Owner, Status, User

VENDORS = ["openai", "anthropic", "google"]
QUESTION = [ChatMessage("user", "What is TCP?")]


@pytest.mark.parametrize(
    ("provider", "model"), [("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4-6"), ("google", "gemini-2.5-pro")]
)
async def test_a_question_becomes_an_answer_and_a_recorded_call(completions: Completions, calls, provider, model):
    answer = await completions.complete(ChatRequest(QUESTION, provider=provider))

    assert "TCP" in answer.content
    assert answer.model == model
    assert answer.usage.input_tokens and answer.usage.output_tokens
    (start,), (end,) = calls.started_calls, calls.ended_calls
    assert answer.tracking.tracking_id == start.tracking_id
    assert answer.tracking.status is end.status is Status.SUCCESS
    assert answer.tracking.cost == end.cost and isinstance(end.cost, Decimal)
    assert (start.provider, start.origin, start.model, start.is_streamed) == (provider, "demo", model, False)


async def test_the_call_carries_what_it_is_for_and_whose_it_is(completions: Completions, calls):
    context = Context(step="draft", user=User("u_1"), session_id="s_1", conversation_id="c_1", metadata={"tier": "pro"})
    owner = Owner("usr_1", "key_1")
    await completions.complete(ChatRequest(QUESTION, provider="openai", context=context, owner=owner, persona="pirate"))
    (start,) = calls.started_calls
    assert start.owner == owner
    assert start.context == context.merged(feature="chat-api", metadata={"persona": "pirate"})


async def test_a_given_feature_stays(completions: Completions, calls):
    await completions.complete(ChatRequest(QUESTION, provider="openai", context=Context(feature="summaries")))
    assert calls.started_calls[0].context.feature == "summaries"


@pytest.mark.parametrize(
    ("request_", "system"),
    [
        (ChatRequest(QUESTION), "You are a helpful assistant."),
        (ChatRequest([ChatMessage("system", "Be brief."), *QUESTION]), "Be brief."),
        (ChatRequest(QUESTION, system="Be kind."), "Be kind."),
        (ChatRequest([ChatMessage("system", "Be brief."), *QUESTION], system="Be kind."), "Be kind.\n\nBe brief."),
        (ChatRequest(QUESTION, persona="pirate"), "You are a helpful assistant."),
    ],
)
async def test_the_system_prompt_goes_where_each_vendor_wants_it(completions: Completions, asked, request_, system):
    await completions.complete(request_, await completions.choose(None, "openai"))
    assert asked().body["messages"] == [
        {"role": "system", "content": system},
        {"role": "user", "content": "What is TCP?"},
    ]
    await completions.complete(request_, await completions.choose(None, "anthropic"))
    assert asked().body["system"] == system
    assert asked().body["messages"] == [{"role": "user", "content": "What is TCP?"}]
    await completions.complete(request_, await completions.choose(None, "google"))
    assert asked().body["systemInstruction"]["parts"] == [{"text": system}]
    assert asked().body["contents"] == [{"role": "user", "parts": [{"text": "What is TCP?"}]}]


async def test_what_a_persona_is_told_is_a_system_prompt(completions: Completions, asked):
    await completions.complete(ChatRequest(QUESTION, provider="openai", persona="pirate", instructions="Say arr"))
    assert asked().body["messages"][0] == {"role": "system", "content": "Say arr"}


async def test_history_is_sent_without_empty_turns(completions: Completions, asked):
    history = [ChatMessage("user", "Hi"), ChatMessage("assistant", ""), *QUESTION]
    await completions.complete(ChatRequest(history, provider="google"))
    assert [turn["parts"][0]["text"] for turn in asked().body["contents"]] == ["Hi", "What is TCP?"]
    history[1] = ChatMessage("assistant", "Hello")
    await completions.complete(ChatRequest(history, provider="google"))
    assert [turn["role"] for turn in asked().body["contents"]] == ["user", "model", "user"]


async def test_limits_are_passed_on_under_each_vendors_name(completions: Completions, asked):
    wanted: dict[str, Any] = {"temperature": 0.0, "max_tokens": 7}
    answer = await completions.complete(ChatRequest(QUESTION, provider="openai", **wanted))
    assert (asked().body["temperature"], asked().body["max_tokens"]) == (0.0, 7)
    assert answer.tracking.status is Status.MAX_TOKENS
    await completions.complete(ChatRequest(QUESTION, provider="anthropic", **wanted))
    assert (asked().body["temperature"], asked().body["max_tokens"]) == (0.0, 7)
    await completions.complete(ChatRequest(QUESTION, provider="google", **wanted))
    assert asked().body["generationConfig"] == {"temperature": 0.0, "maxOutputTokens": 7}


async def test_without_limits_only_the_required_one_is_sent(completions: Completions, asked):
    await completions.complete(ChatRequest(QUESTION, provider="openai"))
    assert set(asked().body) == {"model", "messages"}
    await completions.complete(ChatRequest(QUESTION, provider="anthropic"))
    assert set(asked().body) == {"model", "messages", "system", "max_tokens"}


@pytest.mark.parametrize("provider", VENDORS)
@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("demo-unauthorized", (401, "Invalid API key", "invalid_api_key", None)),
        ("demo-rate-limited", (429, "Rate limit exceeded. Please try again later.", "rate_limited", 20)),
        ("demo-error", (500, "{} service error. Please try again.", "service_error", None)),
        ("demo-overloaded", (500, "{} service error. Please try again.", "service_error", None)),
        ("demo-cut", (500, "Failed to process request", "connection", None)),
        ("demo-truncated", (500, "Failed to process request", "truncated", None)),
    ],
)
async def test_what_fails_is_told_in_a_few_words(completions: Completions, calls, provider, model, told):
    with pytest.raises(ProviderFailed) as failed:
        await completions.complete(ChatRequest(QUESTION, model=model, provider=provider))
    error, title = failed.value, {"openai": "OpenAI", "anthropic": "Anthropic", "google": "Gemini"}[provider]
    status, message, code, retry_after = told
    assert (error.status, error.message) == (status, message.format(title))
    assert (error.code, error.retry_after) == (code, retry_after)
    assert error.tracking_id == calls.ended_calls[0].tracking_id


@pytest.mark.parametrize("provider", VENDORS)
async def test_a_provider_that_says_nothing_is_given_up(impatient: Completions, calls, provider):
    with pytest.raises(ProviderFailed, match=r"service error\. Please try again\.$") as failed:
        await impatient.complete(ChatRequest(QUESTION, model="demo-stall", provider=provider))
    assert (failed.value.status, failed.value.code) == (500, "timeout")
    assert calls.ended_calls[0].status is Status.TIMEOUT


async def test_a_request_that_the_provider_refuses_is_a_400(completions: Completions):
    with pytest.raises(ProviderFailed, match=r"^Failed to process request$") as failed:
        await completions.complete(ChatRequest([ChatMessage("system", "no question")], provider="openai"))
    assert (failed.value.status, failed.value.code) == (400, "bad_request")


@pytest.mark.parametrize("model", ["nothing-serves-this", "gpt-" + "x" * 200, "gpt-\ud83d"])
async def test_it_refuses_an_unknown_model_before_anything_leaves(completions: Completions, calls, model):
    with pytest.raises(Invalid, match="Unknown model"):
        await completions.complete(ChatRequest(QUESTION, model=model))
    assert calls.started_calls == []


async def test_a_withheld_answer_is_no_failure_and_says_so(completions: Completions):
    answer = await completions.complete(ChatRequest(QUESTION, model="demo-refusal", provider="anthropic"))
    assert answer.tracking.status is Status.BLOCKED
