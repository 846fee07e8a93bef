"""The same answer in three stream formats, and what happens when it breaks."""

import json

import httpx
import httpx2
import httpx_sse
import pytest

from fluxgate_app.api import answer_stream

QUESTION = {"message": "What is a token?", "model": "demo-fast"}
CONVERSATION = {"messages": [{"role": "user", "content": "What is a token?"}], "model": "demo-fast"}
EVENTS = {"Accept": "text/event-stream"}
TYPED = [("/api/chat", QUESTION, EVENTS), ("/api/chat/stream", CONVERSATION, EVENTS), ("/api/chat/sse", QUESTION, {})]


def events(answer: httpx2.Response) -> list[str]:
    blocks = answer.text.split("\n\n")
    assert blocks.pop() == ""
    return [block.removeprefix("data: ") for block in blocks if not block.startswith(":")]


@pytest.fixture(scope="module")
def whole(alice) -> str:
    """The demo provider gives one question one answer. The first one also waits for the import of the SDK."""
    with alice.by_key() as program:
        return program.post("/api/chat", json=QUESTION).json()["content"]


@pytest.mark.parametrize(("path", "body", "headers"), TYPED)
def test_typed_events_are_texts_and_one_done(alice, whole, path, body, headers):
    with alice.by_key() as program:
        answer = program.post(path, json=body, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-cache, no-transform"
    assert answer.headers["x-accel-buffering"] == "no"
    *texts, done = map(json.loads, events(answer))
    assert {text["type"] for text in texts} == {"text"}
    assert all(text["text"] for text in texts)
    assert "".join(text["text"] for text in texts) == whole
    assert (done["type"], done["tracking"]["status"]) == ("done", "SUCCESS")
    assert done["tracking"]["trackingId"] == answer.headers["x-fluxgate-tracking-id"]
    usage = done["usage"]
    assert set(usage) == {"inputTokens", "outputTokens", "cachedTokens", "reasoningTokens", "totalTokens"}
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]


def test_plain_text_is_the_answer_s_text_and_nothing_else(alice, whole):
    with alice.by_key() as program:
        answer = program.post("/api/chat/stream", json=CONVERSATION)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-fluxgate-tracking-id"].startswith("evt_")
    assert answer.text == whole


@pytest.mark.parametrize("headers", [{}, EVENTS])
def test_content_events_end_with_done_whatever_is_accepted(alice, whole, headers):
    with alice.by_key() as program:
        answer = program.post("/api/chat/stream", json=QUESTION, headers=headers)
    *contents, done = events(answer)
    assert done == "[DONE]"
    assert "".join(json.loads(content)["content"] for content in contents) == whole
    assert answer.text.count("[DONE]") == 1


def test_a_stream_is_recorded_as_one(alice, ended_event):
    with alice.by_key() as program:
        answer = program.post("/api/chat/stream", json=CONVERSATION)
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert (event["feature"], event["isStreamed"], event["status"]) == ("streaming-chat", True, "SUCCESS")
    assert 0 < event["latencyInMs"] <= event["streamingDurationInMs"]


def test_the_first_delta_leaves_before_the_last_exists(alice):
    slow = CONVERSATION | {"model": "demo-8kb"}
    with alice.by_key() as program, program.stream("POST", "/api/chat/stream", json=slow) as answer:
        first = next(answer.iter_text())
    assert 0 < len(first) < 1000


@pytest.mark.parametrize("model", ["demo-cut", "demo-truncated", "demo-error-midstream"])
@pytest.mark.parametrize(("path", "body", "headers"), TYPED)
def test_typed_events_end_with_an_error_when_the_provider_breaks(alice, path, body, headers, model):
    with alice.by_key() as program:
        answer = program.post(path, json=body | {"model": model}, headers=headers)
    assert answer.status_code == 200
    *texts, error = map(json.loads, events(answer))
    assert len(texts) > 0
    assert {text["type"] for text in texts} == {"text"}
    assert set(error) == {"type", "error"}
    assert error["type"] == "error"
    assert error["error"]


@pytest.mark.parametrize("model", ["demo-cut", "demo-truncated", "demo-error-midstream"])
@pytest.mark.parametrize("body", [QUESTION, CONVERSATION])
def test_where_no_error_can_be_told_the_connection_is_cut(alice, ended_event, body, model):
    received = b""
    with (
        alice.by_key() as program,
        program.stream("POST", "/api/chat/stream", json=body | {"model": model}) as answer,
        pytest.raises(httpx2.RemoteProtocolError),
    ):
        for chunk in answer.iter_bytes():
            received += chunk
    assert len(received) > 0
    assert b"[DONE]" not in received
    assert ended_event(alice, answer.headers["x-fluxgate-tracking-id"])["status"] == "ERROR"


def test_an_answer_at_its_token_limit_ends_well(alice):
    with alice.by_key() as program:
        answer = program.post("/api/chat/sse", json=QUESTION | {"model": "demo-max-tokens"})
    assert json.loads(events(answer)[-1])["tracking"]["status"] == "MAX_TOKENS"


def test_a_client_for_server_sent_events_understands_it(alice, whole):
    with (
        httpx.Client(base_url=alice.url, headers={"Authorization": f"Bearer {alice.key}"}) as program,
        httpx_sse.connect_sse(program, "POST", "/api/chat/sse", json=QUESTION) as source,
    ):
        said = [event.json() for event in source.iter_sse()]
    assert "".join(event["text"] for event in said if event["type"] == "text") == whole
    assert [event["type"] for event in said[-2:]] == ["text", "done"]


def test_comments_keep_a_silent_stream_alive(alice, whole, monkeypatch):
    monkeypatch.setattr(answer_stream, "KEEP_ALIVE_SECONDS", 0.2)
    asked = CONVERSATION | {"model": "demo-stall"}
    with alice.by_key() as program, program.stream("POST", "/api/chat/sse", json=asked) as answer:
        text = ""
        for piece in answer.iter_text():
            text += piece
            if text.count(": keep-alive\n\n") == 2:
                break
    assert text.endswith("\n\n: keep-alive\n\n: keep-alive\n\n")


def test_a_stream_that_kept_alive_before_its_first_token_still_answers(alice, whole, monkeypatch):
    monkeypatch.setattr(answer_stream, "KEEP_ALIVE_SECONDS", 0.5)
    with alice.by_key() as program:
        answer = program.post("/api/chat/sse", json=QUESTION | {"model": "demo-slow", "maxTokens": 3})
    assert answer.text.startswith(": keep-alive\n\n")
    assert json.loads(events(answer)[-1])["type"] == "done"
    assert answer.headers["x-fluxgate-tracking-id"].startswith("evt_")
