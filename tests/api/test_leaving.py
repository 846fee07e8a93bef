"""A client that leaves stops the provider at once, and what was used is recorded."""

import time

import pytest

ASKED = {"messages": [{"role": "user", "content": "Tell me a long story"}]}


@pytest.mark.parametrize("path", ["/api/chat/stream", "/api/chat/sse"])
def test_leaving_in_the_middle_closes_the_provider_s_stream(alice, demo, ended_event, path):
    with alice.by_key() as program, program.stream("POST", path, json=ASKED | {"model": "demo-8kb"}) as answer:
        next(answer.iter_bytes())
        left_at = time.monotonic()
    assert _closed(demo) - left_at < 0.2
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert event["status"] == "CANCELLED"
    assert event["outputTokens"] > 0
    assert event["costSource"] != "reported"


def test_leaving_while_the_provider_is_silent_closes_its_stream(alice, demo):
    with (
        alice.by_key() as program,
        program.stream("POST", "/api/chat/stream", json=ASKED | {"model": "demo-stall"}) as answer,
    ):
        chunks = answer.iter_bytes()
        next(chunks)
        time.sleep(0.5)
        left_at = time.monotonic()
    assert _closed(demo) - left_at < 0.2


@pytest.mark.parametrize("path", ["/api/chat", "/api/chat/stream", "/api/chat/sse"])
def test_leaving_before_the_first_token_closes_the_provider_s_stream(alice, demo, api, path):
    demo.requests.clear()
    with alice.by_key(timeout=0.5) as program, pytest.raises(Exception, match="timed out"):
        program.post(path, json=ASKED | {"model": "demo-slow"})
    left_at = time.monotonic()
    assert len(demo.requests) == 1
    assert _closed(demo) - left_at < 0.2


def _closed(demo) -> float:
    deadline = time.monotonic() + 3
    while demo.requests[-1].closed_at is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return demo.requests[-1].closed_at
