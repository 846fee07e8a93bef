"""Streams through the gateway: byte for byte, and recorded however they end."""

import json
import time

import anthropic
import httpx2
import openai
import pytest

QUESTION = [{"role": "user", "content": "What is a token?"}]
CHAT = {"model": "demo-fast", "messages": QUESTION, "stream": True}
MESSAGE = {"model": "demo-fast", "messages": QUESTION, "stream": True, "max_tokens": 99}


@pytest.fixture
def openai_client(alice):
    with openai.OpenAI(base_url=f"{alice.url}/v1", api_key=alice.key, max_retries=0) as client:
        yield client


@pytest.fixture
def anthropic_client(alice):
    with anthropic.Anthropic(base_url=alice.url, api_key=alice.key, max_retries=0) as client:
        yield client


def test_a_streamed_completion_arrives_whole_and_is_recorded(openai_client, alice, ended_event):
    with openai_client.chat.completions.with_streaming_response.create(
        model="demo-fast", messages=QUESTION, stream=True
    ) as raw:
        chunks = list(raw.parse())
    whole = openai_client.chat.completions.create(model="demo-fast", messages=QUESTION)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    event = ended_event(alice, raw.headers["x-fluxgate-tracking-id"])
    assert text == whole.choices[0].message.content
    assert (event["status"], event["isStreamed"], event["costSource"]) == ("SUCCESS", True, "unpriced")
    assert event["outputTokens"] == whole.usage.completion_tokens
    assert 0 < event["latencyInMs"] <= event["streamingDurationInMs"]


def test_the_chunk_with_the_usage_is_hidden_from_a_client_who_did_not_ask(openai_client, demo):
    chunks = list(openai_client.chat.completions.create(model="demo-fast", messages=QUESTION, stream=True))
    assert demo.requests[-1].body["stream_options"] == {"include_usage": True}
    assert all(chunk.choices for chunk in chunks)
    assert all(chunk.usage is None for chunk in chunks)


def test_it_is_shown_to_a_client_who_did(openai_client):
    asked = {"include_usage": True}
    chunks = list(
        openai_client.chat.completions.create(model="demo-fast", messages=QUESTION, stream=True, stream_options=asked)
    )
    assert chunks[-1].usage.completion_tokens > 0


def test_a_streamed_message_is_what_the_vendor_streamed(alice, demo):
    asked = MESSAGE | {"model": "claude-sonnet-4-6"}
    with alice.by_key() as program, httpx2.Client(verify=False) as direct:
        ours = program.post("/v1/messages", json=asked)
        theirs = direct.post(f"{demo.anthropic_url}/v1/messages", json=asked)
    assert without_id(ours.text) == without_id(theirs.text)
    assert ours.headers["content-type"] == "text/event-stream"


def without_id(stream: str) -> list[str]:
    return [line for line in stream.splitlines() if "message_start" not in line]


def test_a_streamed_message_is_recorded(anthropic_client, alice, ended_event):
    with anthropic_client.messages.stream(model="claude-sonnet-4-6", max_tokens=999, messages=QUESTION) as stream:
        message = stream.get_final_message()
    event = ended_event(alice, stream.response.headers["x-fluxgate-tracking-id"])
    assert message.content[0].text
    assert (event["status"], event["finishReason"], event["isStreamed"]) == ("SUCCESS", "end_turn", True)
    assert event["outputTokens"] == message.usage.output_tokens
    assert event["cost"] > 0


def test_the_first_chunk_leaves_before_the_last_exists(openai_client):
    began = time.monotonic()
    with openai_client.chat.completions.create(model="demo-8kb", messages=QUESTION, stream=True) as stream:
        next(stream)
        assert time.monotonic() - began < 1


def test_an_error_in_the_middle_is_the_sdk_s_own_and_is_recorded(openai_client, alice, ended_event):
    with openai_client.chat.completions.with_streaming_response.create(
        model="demo-error-midstream", messages=QUESTION, stream=True
    ) as raw:
        with pytest.raises(openai.APIError, match="The server had an error"):
            list(raw.parse())
        tracking_id = raw.headers["x-fluxgate-tracking-id"]
    assert ended_event(alice, tracking_id)["status"] == "ERROR"


@pytest.mark.parametrize("model", ["demo-cut"])
def test_a_cut_connection_ends_in_an_error_event(openai_client, alice, ended_event, model):
    with openai_client.chat.completions.with_streaming_response.create(
        model=model, messages=QUESTION, stream=True
    ) as raw:
        with pytest.raises(openai.APIError, match="Demo service error"):
            list(raw.parse())
        tracking_id = raw.headers["x-fluxgate-tracking-id"]
    event = ended_event(alice, tracking_id)
    assert event["status"] == "ERROR"
    assert event["outputTokens"] > 0


def test_a_cut_message_raises_anthropic_s_own_error(anthropic_client):
    with (
        pytest.raises(anthropic.APIStatusError, match="Anthropic service error"),
        anthropic_client.messages.stream(model="anthropic/demo-cut", max_tokens=99, messages=QUESTION) as stream,
    ):
        stream.get_final_message()


def test_a_stream_without_a_finish_reason_is_recorded_as_truncated(alice, ended_event):
    with alice.by_key() as program:
        answer = program.post("/v1/chat/completions", json=CHAT | {"model": "demo-truncated"})
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert (event["status"], event["errorType"]) == ("ERROR", "truncated")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/chat/completions", CHAT | {"model": "demo-8kb"}),
        ("/v1/chat/completions", CHAT | {"model": "demo-stall"}),
        ("/v1/responses", {"model": "demo-8kb", "input": "What is a token?", "stream": True}),
        ("/v1/messages", MESSAGE | {"model": "anthropic/demo-8kb"}),
    ],
)
def test_leaving_closes_the_vendor_s_stream_and_is_recorded(alice, demo, ended_event, path, asked):
    with alice.by_key() as program, program.stream("POST", path, json=asked) as answer:
        text = ""
        for piece in answer.iter_text():
            text += piece
            if len(text) > 2000:
                break
        left_at = time.monotonic()
    assert closed(demo) - left_at < 0.2
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert (event["status"], event["costSource"] in ("estimated", "unpriced")) == ("CANCELLED", True)
    assert event["outputTokens"] > 0


@pytest.mark.parametrize("stream", [True, False])
def test_leaving_before_the_answer_closes_the_vendor_s_stream(alice, demo, stream):
    demo.requests.clear()
    with alice.by_key(timeout=0.4) as program, pytest.raises(Exception, match="timed out"):
        program.post("/v1/chat/completions", json=CHAT | {"model": "demo-slow", "stream": stream}).read()
    left_at = time.monotonic()
    assert len(demo.requests) == 1
    assert closed(demo) - left_at < 0.2


def closed(demo) -> float:
    deadline = time.monotonic() + 3
    while demo.requests[-1].closed_at is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return demo.requests[-1].closed_at


def test_a_stream_ends_once(alice):
    with alice.by_key() as program:
        answer = program.post("/v1/chat/completions", json=CHAT)
    assert answer.text.endswith("data: [DONE]\n\n")
    assert answer.text.count("[DONE]") == 1
    assert json.loads(answer.text.split("\n\n")[0].removeprefix("data: "))["object"] == "chat.completion.chunk"
