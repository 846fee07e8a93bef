"""A client of one vendor answered by another, in text; what cannot be translated is refused."""

import time

import anthropic
import openai
import pytest

QUESTION = [{"role": "user", "content": "What is a token?"}]
LISTED = [{"role": "user", "content": [{"type": "text", "text": "What is"}, {"type": "text", "text": "a token?"}]}]
FOREIGN = ["claude-sonnet-4-6", "gemini-2.5-pro"]


@pytest.fixture
def openai_client(alice):
    with openai.OpenAI(base_url=f"{alice.url}/v1", api_key=alice.key, max_retries=0) as client:
        yield client


@pytest.fixture
def anthropic_client(alice):
    with anthropic.Anthropic(base_url=alice.url, api_key=alice.key, max_retries=0) as client:
        yield client


@pytest.mark.parametrize("model", FOREIGN)
def test_an_openai_client_is_answered_by_another_vendor(openai_client, alice, ended_event, model):
    raw = openai_client.chat.completions.with_raw_response.create(
        model=model, messages=[{"role": "developer", "content": "Be brief."}, *LISTED], max_completion_tokens=999
    )
    answer = raw.parse()
    event = ended_event(alice, raw.headers["x-fluxgate-tracking-id"])
    assert answer.model == model
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert (event["model"], event["status"], event["feature"]) == (model, "SUCCESS", "gateway")
    assert (event["inputTokens"], event["outputTokens"]) == (answer.usage.prompt_tokens, answer.usage.completion_tokens)
    assert event["cost"] > 0


@pytest.mark.parametrize("model", FOREIGN)
def test_an_openai_client_is_streamed_to_by_another_vendor(openai_client, model):
    asked = {"model": model, "messages": QUESTION}
    whole = openai_client.chat.completions.create(**asked).choices[0].message.content
    chunks = list(openai_client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == whole
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.completion_tokens > 0


@pytest.mark.parametrize("model", ["demo-fast", "gemini-2.5-flash"])
def test_an_anthropic_client_is_answered_by_another_vendor(anthropic_client, alice, ended_event, model):
    raw = anthropic_client.messages.with_raw_response.create(
        model=model, max_tokens=5, system=[{"type": "text", "text": "Be brief."}], messages=QUESTION
    )
    answer = raw.parse()
    event = ended_event(alice, raw.headers["x-fluxgate-tracking-id"])
    assert (answer.stop_reason, event["status"], event["model"]) == ("max_tokens", "MAX_TOKENS", model)
    assert answer.usage.output_tokens == event["outputTokens"]


def test_an_anthropic_client_is_streamed_to_by_another_vendor(anthropic_client):
    with anthropic_client.messages.stream(model="demo-fast", max_tokens=999, messages=QUESTION) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert text
    assert message.content[0].text == text
    assert (message.stop_reason, message.usage.output_tokens > 0) == ("end_turn", True)


@pytest.mark.parametrize(
    "more",
    [
        {"functions": [{"name": "f", "parameters": {}}]},
        {"n": 2},
        {"logprobs": True},
        {"response_format": {"type": "json_object"}},
    ],
)
def test_what_cannot_be_translated_is_refused_by_name(openai_client, more):
    with pytest.raises(openai.BadRequestError, match=f"'{next(iter(more))}' cannot be translated"):
        openai_client.chat.completions.create(model="claude-sonnet-4-6", messages=QUESTION, **more)


@pytest.mark.parametrize(
    "messages",
    [
        None,
        [],
        "Hi",
        [7],
        [{"role": "tool", "content": "x"}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://127.0.0.1/x.png"}}]}],
        [{"role": "user", "content": 7}],
        [{"role": [], "content": "x"}],
    ],
)
def test_messages_that_are_no_text_are_a_400(alice, demo, messages):
    demo.requests.clear()
    with alice.by_key() as program:
        answer = program.post("/v1/chat/completions", json={"model": "claude-sonnet-4-6", "messages": messages})
    assert answer.status_code == 400
    assert "messages" in answer.json()["error"]["message"]
    assert not demo.requests


@pytest.mark.parametrize("more", [{"temperature": "hot"}, {"temperature": 3}, {"max_tokens": 0}, {"max_tokens": "x"}])
def test_a_number_that_is_none_is_a_400(alice, more):
    asked = {"model": "claude-sonnet-4-6", "messages": QUESTION}
    with alice.by_key() as program:
        answer = program.post("/v1/chat/completions", json=asked | more)
    assert (answer.status_code, next(iter(more)) in answer.json()["error"]["message"]) == (400, True)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/chat/completions", {"model": "claude-sonnet-4-6", "messages": QUESTION}),
        ("/v1/responses", {"model": "claude-sonnet-4-6", "input": "What is a token?"}),
        ("/v1/messages", {"model": "demo-fast", "messages": QUESTION, "max_tokens": 9}),
    ],
)
def test_nothing_is_asked_that_the_client_did_not_ask(alice, demo, path, asked):
    with alice.by_key() as program:
        program.post(path, json=asked)
    sent = demo.requests[-1].body
    assert "system" not in sent
    assert sent["messages"] == QUESTION


def test_a_refusal_of_the_other_vendor_is_the_sdk_s_own_exception(openai_client):
    with pytest.raises(openai.RateLimitError) as raised:
        openai_client.chat.completions.create(model="anthropic/demo-rate-limited", messages=QUESTION)
    assert raised.value.response.headers["retry-after"] == "20"
    assert raised.value.response.headers["x-fluxgate-tracking-id"].startswith("evt_")


def test_a_stream_that_breaks_ends_in_an_error_event(openai_client):
    stream = openai_client.chat.completions.create(model="anthropic/demo-cut", messages=QUESTION, stream=True)
    with pytest.raises(openai.APIError, match="Failed to process request"):
        list(stream)


def test_leaving_stops_the_other_vendor(alice, demo, ended_event):
    asked = {"model": "anthropic/demo-8kb", "messages": QUESTION, "stream": True}
    with alice.by_key() as program, program.stream("POST", "/v1/chat/completions", json=asked) as answer:
        next(answer.iter_bytes())
        left_at = time.monotonic()
    while demo.requests[-1].closed_at is None:
        assert time.monotonic() < left_at + 3
        time.sleep(0.005)
    assert demo.requests[-1].closed_at - left_at < 0.2
    assert ended_event(alice, answer.headers["x-fluxgate-tracking-id"])["status"] == "CANCELLED"


def test_embeddings_of_a_vendor_with_another_form_are_refused(openai_client):
    with pytest.raises(openai.BadRequestError, match="'claude-sonnet-4-6' does not answer at /embeddings"):
        openai_client.embeddings.create(model="claude-sonnet-4-6", input="a")
