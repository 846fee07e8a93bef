"""`/api/claude/stream` and `/api/gemini/stream`: one vendor's answer as plain text."""

import pytest

HELLO = [{"role": "user", "content": "What is a token?"}]
ROUTES = [
    ("/api/claude/stream", {"messages": HELLO}, "anthropic", "claude-sonnet-4-6", "claude-streaming"),
    ("/api/gemini/stream", {"prompt": "What is a token?"}, "google", "gemini-2.5-pro", "gemini-streaming"),
]
PATHS = [(path, body) for path, body, *_ in ROUTES]


@pytest.mark.parametrize("route", ROUTES)
def test_it_answers_in_plain_text_and_is_recorded(alice, ended_event, route):
    path, body, provider, model, feature = route
    # The first call to a vendor imports its SDK.
    with alice.by_key(timeout=30) as program:
        answer = program.post(path, json=body | {"sessionId": "sess-1"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text != ""
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert (event["provider"], event["model"], event["feature"]) == (provider, model, feature)
    assert (event["status"], event["isStreamed"], event["sessionId"]) == ("SUCCESS", True, "sess-1")


def test_claude_writes_at_most_2048_tokens_unless_told_otherwise(alice, demo):
    with alice.by_key() as program:
        program.post("/api/claude/stream", json={"messages": HELLO})
        assert demo.requests[-1].body["max_tokens"] == 2048
        program.post("/api/claude/stream", json={"messages": HELLO, "maxTokens": 5})
        assert demo.requests[-1].body["max_tokens"] == 5


def test_a_prompt_is_not_kept_as_metadata(alice, ended_event):
    with alice.by_key() as program:
        answer = program.post("/api/gemini/stream", json={"prompt": "a secret", "page": "home"})
    assert ended_event(alice, answer.headers["x-fluxgate-tracking-id"])["metadata"] == {"page": "home"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/claude/stream", {}),
        ("/api/claude/stream", {"message": "Hi"}),
        ("/api/claude/stream", {"messages": []}),
        ("/api/gemini/stream", {}),
        ("/api/gemini/stream", {"prompt": " "}),
        ("/api/gemini/stream", {"prompt": 7}),
        ("/api/gemini/stream", {"messages": HELLO}),
    ],
)
def test_it_refuses_what_is_no_question(alice, path, body):
    with alice.by_key() as program:
        answer = program.post(path, json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid message"})


def test_it_refuses_a_prompt_over_4000_characters(alice):
    with alice.by_key() as program:
        answer = program.post("/api/gemini/stream", json={"prompt": "x" * 4001})
    assert (answer.status_code, answer.json()) == (400, {"error": "Message too long"})


@pytest.mark.parametrize(("path", "body"), PATHS)
def test_it_refuses_nobody_in_plain_text(nobody, path, body):
    answer = nobody.post(path, json=body)
    assert (answer.status_code, answer.text) == (401, "Unauthorized")


@pytest.mark.parametrize(("path", "vendor"), [("/api/claude/stream", "Anthropic"), ("/api/gemini/stream", "Gemini")])
def test_without_a_key_and_without_the_demo_it_says_so(start_api, path, vendor):
    with start_api(demo=False).person("keyless").by_key() as program:
        answer = program.post(path, json={"messages": HELLO, "prompt": "Hi"})
    assert (answer.status_code, answer.json()) == (503, {"error": f"No API key for {vendor}"})


def test_a_vendor_that_refuses_is_named(alice):
    with alice.by_key() as program:
        answer = program.post("/api/claude/stream", json={"messages": HELLO, "model": "demo-overloaded"})
    assert (answer.status_code, answer.json()) == (500, {"error": "Anthropic service error. Please try again."})
