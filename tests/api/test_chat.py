"""`POST /api/chat`: a question becomes a whole answer and a recorded event."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from fluxgate_app.chat import personas

QUESTION = {"message": "What is a token?", "model": "demo-fast"}


def test_a_question_becomes_an_answer_with_its_tokens_and_tracking(alice):
    with alice.by_cookie() as browser:
        answer = browser.post("/api/chat", json=QUESTION)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert set(said) == {"content", "message", "tokens", "conversationId", "tracking"}
    assert said["content"] == said["message"] != ""
    assert said["tokens"] > 0
    assert said["conversationId"] is None
    tracking = said["tracking"]
    assert set(tracking) == {"status", "cost", "trackingId", "createdAt"}
    assert tracking["status"] == "SUCCESS"
    assert tracking["trackingId"].startswith("evt_")
    assert tracking["trackingId"] == answer.headers["x-fluxgate-tracking-id"]
    created_at = datetime.fromisoformat(tracking["createdAt"])
    assert datetime.now(UTC) - created_at < timedelta(seconds=10)


def test_an_event_tells_whose_question_it_was(alice, ended_event):
    with alice.by_key() as program:
        answer = program.post("/api/chat", json=QUESTION)
        event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert (event["account"], event["feature"], event["user"]) == (alice.account.id, "chat-api", alice.account.id)
    assert event["apiKey"] is not None
    assert (event["status"], event["isStreamed"], event["kind"]) == ("SUCCESS", False, "chat")
    assert event["inputTokens"] + event["outputTokens"] == answer.json()["tokens"]


def test_a_whole_conversation_may_be_sent(alice):
    messages = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi. What would you like to know?"},
        {"role": "user", "content": "What is a token?"},
    ]
    with alice.by_key() as program:
        assert program.post("/api/chat", json={"messages": messages, "model": "demo-fast"}).status_code == 200


def test_what_the_caller_says_of_it_is_recorded(alice, ended_event):
    said = {
        "conversationId": "conv-123",
        "sessionId": "sess-1",
        "feature": "search",
        "step": "rerank",
        "user": "u_1",
        "persona": "nobody-knows-this-one",
        "metadata": {"team": {"name": "blue"}},
        "color": "green",
        "shade": 3,
        "list": [1, 2],
        "long": "x" * 4097,
    }
    with alice.by_key() as program:
        answer = program.post("/api/chat", json=QUESTION | said)
        assert answer.json()["conversationId"] == "conv-123"
        event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    for name in ("conversationId", "sessionId", "feature", "step", "user"):
        assert event[name] == said[name]
    expected = {"team": {"name": "blue"}, "color": "green", "shade": 3, "persona": "nobody-knows-this-one"}
    assert event["metadata"] == expected


def test_a_persona_is_ones_own_or_one_that_ships(alice, mallory, demo, api):
    with api.wiring.db.writing() as session:
        personas.make(session, alice.account.id, "pirate", "Say arr")
    for who, name, told in (
        (alice, "pirate", "Say arr"),
        (mallory, "pirate", personas.DEFAULT_SYSTEM),
        (mallory, "support-agent", "You are a friendly, patient customer support agent."),
    ):
        with who.by_key() as program:
            assert program.post("/api/chat", json=QUESTION | {"persona": name}).status_code == 200
        assert demo.requests[-1].body["messages"][0]["content"].startswith(told)


def test_the_session_id_may_come_in_a_header(alice, ended_event):
    with alice.by_key() as program:
        answer = program.post("/api/chat", json=QUESTION, headers={"X-Session-Id": "sess-2"})
        assert ended_event(alice, answer.headers["x-fluxgate-tracking-id"])["sessionId"] == "sess-2"


def test_a_session_id_that_is_null_in_the_body_is_that_of_the_header(alice, ended_event):
    with alice.by_key() as program:
        answer = program.post("/api/chat", json=QUESTION | {"sessionId": None}, headers={"X-Session-Id": "sess-3"})
        assert ended_event(alice, answer.headers["x-fluxgate-tracking-id"])["sessionId"] == "sess-3"


def test_money_is_an_exact_number(alice):
    with alice.by_key() as program:
        answer = program.post("/api/chat", json={"message": "Hi", "model": "claude-sonnet-4-6", "maxTokens": 3})
    text = answer.text.split('"cost":')[1].split(",")[0]
    assert "e" not in text.lower()
    assert Decimal(text) > 0
    assert Decimal(text) == Decimal(str(answer.json()["tracking"]["cost"]))


REFUSALS = {
    "demo-unauthorized": (401, "Invalid API key", None),
    "demo-rate-limited": (429, "Rate limit exceeded. Please try again later.", "20"),
    "demo-error": (500, "Demo service error. Please try again.", None),
    "demo-overloaded": (500, "Demo service error. Please try again.", None),
}


@pytest.mark.parametrize("model", REFUSALS)
@pytest.mark.parametrize("path", ["/api/chat", "/api/chat/stream", "/api/chat/sse"])
def test_a_provider_that_refuses_is_told_of_in_our_words(alice, ended_event, path, model):
    status, error, retry_after = REFUSALS[model]
    with alice.by_key() as program:
        answer = program.post(path, json={"messages": [{"role": "user", "content": "Hi"}], "model": model})
    assert answer.status_code == status
    assert answer.json() == {"error": error}
    assert answer.headers.get("retry-after") == retry_after
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert event["status"] == ("RATE_LIMITED" if status == 429 else "ERROR")


def test_exactly_4000_characters_are_fine(alice):
    with alice.by_key() as program:
        assert program.post("/api/chat", json={"message": "😀" * 4000, "model": "demo-fast"}).status_code == 200


def test_a_vendor_without_a_key_is_a_503_that_names_it(start_api):
    with start_api(demo=False).person("keyless").by_key() as program:
        answer = program.post("/api/chat", json={"message": "Hi", "model": "claude-sonnet-4-6"})
    assert answer.status_code == 503
    assert answer.json() == {"error": "No API key for Anthropic"}
    assert "x-ratelimit-limit" not in answer.headers
