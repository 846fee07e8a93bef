"""Faults on request, as each official SDK sees them."""

import time

import anthropic
import httpx2
import openai
import pytest
from google.genai import errors

from fluxgate_app.providers.demo import DemoServer

MESSAGES = [{"role": "user", "content": "What is a websocket?"}]
STATUSES = {"demo-unauthorized": 401, "demo-rate-limited": 429, "demo-error": 500, "demo-overloaded": 529}


def openai_chunks(client, model, **options):
    return client.chat.completions.create(model=model, messages=MESSAGES, stream=True, **options)


def anthropic_events(client, model):
    return client.messages.create(model=model, messages=MESSAGES, max_tokens=1024, stream=True)


def gemini_chunks(client, model):
    return client.models.generate_content_stream(model=model, contents="What is a websocket?")


@pytest.mark.parametrize(("model", "status"), STATUSES.items())
@pytest.mark.parametrize("stream", [False, True])
def test_openai_requests_are_refused_once(openai_client, demo, model, status, stream):
    demo.requests.clear()
    with pytest.raises(openai.APIStatusError) as refused:
        openai_client.chat.completions.create(model=model, messages=MESSAGES, stream=stream)
    assert refused.value.status_code == status
    assert len(demo.requests) == 1


@pytest.mark.parametrize(("model", "status"), STATUSES.items())
def test_anthropic_requests_are_refused_once(anthropic_client, demo, model, status):
    demo.requests.clear()
    with pytest.raises(anthropic.APIStatusError) as refused:
        anthropic_client.messages.create(model=model, messages=MESSAGES, max_tokens=1024)
    assert refused.value.status_code == status
    assert len(demo.requests) == 1


@pytest.mark.parametrize(("model", "status"), STATUSES.items())
def test_gemini_requests_are_refused(gemini_client, model, status):
    with pytest.raises(errors.APIError) as refused:
        gemini_client.models.generate_content(model=model, contents="Hi")
    assert refused.value.code == status


def test_a_rate_limit_says_when_to_come_back(openai_client):
    with pytest.raises(openai.RateLimitError) as refused:
        openai_client.chat.completions.create(model="demo-rate-limited", messages=MESSAGES)
    assert refused.value.response.headers["retry-after"] == "20"


def test_an_unknown_demo_model_does_not_exist(openai_client):
    with pytest.raises(openai.NotFoundError) as refused:
        openai_client.chat.completions.create(model="demo-nothing", messages=MESSAGES)
    assert refused.value.code == "model_not_found"


def test_a_cut_openai_stream_raises_after_some_text(openai_client):
    received = 0
    with pytest.raises(openai.APIConnectionError):
        for _ in openai_chunks(openai_client, "demo-cut"):
            received += 1
    assert received > 10


def test_a_cut_anthropic_stream_raises(anthropic_client):
    with pytest.raises(httpx2.RemoteProtocolError):
        list(anthropic_events(anthropic_client, "demo-cut"))


def test_a_cut_gemini_stream_raises(gemini_client):
    with pytest.raises(httpx2.RemoteProtocolError):
        list(gemini_chunks(gemini_client, "demo-cut"))


def test_a_cut_answer_that_is_not_streamed_raises(openai_client):
    with pytest.raises(openai.APIConnectionError):
        openai_client.with_options(max_retries=0).chat.completions.create(model="demo-cut", messages=MESSAGES)


def test_a_truncated_openai_stream_ends_without_a_reason(openai_client):
    chunks = list(openai_chunks(openai_client, "demo-truncated"))
    assert len(chunks) > 10
    assert all(chunk.choices[0].finish_reason is None for chunk in chunks)


def test_a_truncated_anthropic_stream_ends_without_a_reason(anthropic_client):
    assert list(anthropic_events(anthropic_client, "demo-truncated"))[-1].type == "content_block_delta"


def test_a_truncated_gemini_stream_ends_without_a_reason(gemini_client):
    assert all(c.candidates[0].finish_reason is None for c in gemini_chunks(gemini_client, "demo-truncated"))


def test_a_stalled_stream_sends_some_text_and_then_nothing(openai_client):
    received = 0
    with pytest.raises(openai.APITimeoutError):
        for _ in openai_chunks(openai_client, "demo-stall", timeout=0.2):
            received += 1
    assert received > 10


def test_an_error_in_mid_stream_raises_in_openai(openai_client):
    with pytest.raises(openai.APIError, match="The server had an error"):
        list(openai_chunks(openai_client, "demo-error-midstream"))


def test_an_error_in_mid_stream_raises_in_anthropic(anthropic_client):
    with pytest.raises(anthropic.APIStatusError, match="overloaded_error"):
        list(anthropic_events(anthropic_client, "demo-error-midstream"))


def test_an_error_in_mid_stream_raises_in_gemini(gemini_client):
    with pytest.raises(errors.APIError, match="An internal error"):
        list(gemini_chunks(gemini_client, "demo-error-midstream"))


def test_a_refusal_has_each_vendors_own_reason(openai_client, anthropic_client, gemini_client):
    assert list(openai_chunks(openai_client, "demo-refusal"))[-1].choices[0].finish_reason == "content_filter"
    assert list(anthropic_events(anthropic_client, "demo-refusal"))[-2].delta.stop_reason == "refusal"
    assert list(gemini_chunks(gemini_client, "demo-refusal"))[-1].candidates[0].finish_reason == "SAFETY"


def test_a_token_limit_can_be_asked_for_by_name(openai_client):
    answer = openai_client.chat.completions.create(model="demo-max-tokens", messages=MESSAGES)
    assert answer.usage.completion_tokens == 30
    assert answer.choices[0].finish_reason == "length"


@pytest.mark.parametrize(("model", "size"), [("demo-8kb", 8192), ("demo-80kb", 81920), ("demo-3kb-fast", 3072)])
def test_a_long_answer_has_exactly_its_size(openai_client, model, size):
    text = openai_client.chat.completions.create(model=model, messages=MESSAGES).choices[0].message.content
    assert len(text.encode()) == size
    assert all(mark in text for mark in ("## 1. ", "```python", "| --- |", "- *first*", "**websocket**"))


def test_a_slow_answer_takes_its_time_before_the_first_token():
    tenfold = DemoServer(pace=0.1)
    with tenfold, openai.OpenAI(base_url=tenfold.openai_url, api_key="key") as client:
        began = time.monotonic()
        with openai_chunks(client, "demo-slow") as stream:
            opening = next(stream)
            opened = time.monotonic() - began
            first = next(stream)
            waited = time.monotonic() - began
    assert opening.choices[0].delta.content == ""
    assert first.choices[0].delta.content
    assert opened < 0.3
    assert waited - opened > 0.3
