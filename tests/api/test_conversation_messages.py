"""`/api/conversations/{id}/messages`: the next question, with all that was said before, answered and saved."""

import json
import time

import pytest

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def program(alice):
    with alice.by_key() as opened:
        yield opened


@pytest.fixture
def path(program) -> str:
    """The messages of an empty conversation of Alice's, which the demo provider answers at once."""
    made = program.post("/api/conversations", json={"model": "demo-fast"}).json()
    return f"/api/conversations/{made['id']}/messages"


def stored(program, path) -> list[dict]:
    return program.get(path).json()["messages"]


def data(answer) -> list[str]:
    return [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]


def test_a_question_is_answered_and_both_are_saved(program, path, alice, ended_event):
    answer = program.post(path, json={"message": "What is TCP?"})
    assert answer.status_code == 200
    said = answer.json()
    assert set(said) == {"message", "tokens", "tracking"}
    assert said["tokens"] > 0
    assert said["tracking"]["status"] == "SUCCESS"
    question, reply = stored(program, path)
    assert set(question) == {"id", "conversationId", "parentId", "versions", "role", "content", "createdAt", "status"}
    assert (question["role"], question["content"], question["status"]) == ("user", "What is TCP?", "done")
    assert (reply["role"], reply["content"], reply["status"]) == ("assistant", said["message"], "done")
    conversation = path.split("/")[3]
    assert question["conversationId"] == conversation
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert (event["feature"], event["conversationId"], event["account"]) == ("chat-api", conversation, alice.account.id)


def test_the_provider_is_told_what_was_said_before(program, path, demo):
    first = program.post(path, json={"message": "What is TCP?"}).json()["message"]
    program.post(path, json={"message": "And UDP?", "system": "Be brief."})
    assert [(turn["role"], turn["content"]) for turn in demo.requests[-1].body["messages"]] == [
        ("system", "Be brief."),
        ("user", "What is TCP?"),
        ("assistant", first),
        ("user", "And UDP?"),
    ]


def test_by_accept_it_comes_in_typed_events(program, path, alice, ended_event):
    answer = program.post(path, json={"message": "What is TCP?"}, headers=EVENTS)
    *texts, done = map(json.loads, data(answer))
    assert {text["type"] for text in texts} == {"text"}
    assert (done["type"], done["tracking"]["status"]) == ("done", "SUCCESS")
    assert "".join(text["text"] for text in texts) == stored(program, path)[1]["content"]
    assert ended_event(alice, answer.headers["x-fluxgate-tracking-id"])["feature"] == "streaming-chat"


def test_the_stream_beside_it_is_one_of_content_events(program, path):
    *contents, done = data(program.post(f"{path}/stream", json={"message": "What is TCP?"}))
    assert done == "[DONE]"
    assert "".join(json.loads(content)["content"] for content in contents) == stored(program, path)[1]["content"]


def test_pages_of_messages_lead_on(program, path):
    for question in "abc":
        program.post(path, json={"message": question})
    first = program.get(path, params={"limit": 4}).json()
    rest = program.get(path, params={"limit": 4, "cursor": first["nextCursor"]}).json()
    assert rest["nextCursor"] is None
    assert first["messages"] + rest["messages"] == stored(program, path)
    assert len(rest["messages"]) == 2


@pytest.mark.parametrize("headers", [{}, EVENTS])
def test_a_provider_that_refuses_is_told_of_by_the_status(program, path, headers):
    answer = program.post(path, json={"message": "Hi", "model": "demo-rate-limited"}, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "20")
    assert answer.json() == {"error": "Rate limit exceeded. Please try again later."}
    assert [message["status"] for message in stored(program, path)] == ["done", "failed"]


def test_a_stream_that_breaks_ends_with_an_error(program, path):
    *texts, error = map(
        json.loads, data(program.post(path, json={"message": "Hi", "model": "demo-cut"}, headers=EVENTS))
    )
    assert error == {"type": "error", "error": "Failed to process request"}
    reply = stored(program, path)[1]
    assert (reply["status"], reply["content"]) == ("failed", "".join(text["text"] for text in texts))


@pytest.mark.parametrize(("suffix", "headers"), [("", EVENTS), ("/stream", {})])
def test_leaving_stops_the_provider_and_keeps_the_text(program, path, demo, suffix, headers):
    asked = {"message": "A long story", "model": "demo-8kb"}
    with program.stream("POST", path + suffix, json=asked, headers=headers) as answer:
        next(answer.iter_bytes())
        left_at = time.monotonic()
    assert until(lambda: demo.requests[-1].closed_at) - left_at < 0.2
    until(lambda: stored(program, path)[1]["status"] != "streaming")
    assert stored(program, path)[1]["status"] == "stopped"
    assert stored(program, path)[1]["content"] != ""


def test_stopping_it_ends_the_stream_of_whoever_reads(program, path, demo):
    asked = {"message": "A long story", "model": "demo-8kb"}
    with program.stream("POST", path, json=asked, headers=EVENTS) as answer:
        lines = answer.iter_lines()
        next(lines)
        assert program.post(f"{path}/stop").json() == {"stopped": True}
        *_, done = (line for line in lines if line)
    tracking = json.loads(done.removeprefix("data: "))["tracking"]
    assert tracking["status"] == "CANCELLED"
    assert until(lambda: demo.requests[-1].closed_at)
    assert stored(program, path)[1]["status"] == "stopped"
    assert program.post(f"{path}/stop").json() == {"stopped": False}


def test_it_refuses_a_second_question_while_it_answers(program, path):
    asked = {"message": "A long story", "model": "demo-8kb"}
    with program.stream("POST", path, json=asked, headers=EVENTS) as answer:
        chunks = answer.iter_bytes()
        next(chunks)
        assert program.post(path, json={"message": "Hi"}).status_code == 409


@pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": 7}, {"message": "x" * 4001}, {"message": "\x00"}])
def test_it_refuses_what_is_no_message_and_saves_nothing(program, path, body):
    assert program.post(path, json=body).status_code == 400
    assert stored(program, path) == []


def test_it_refuses_an_unknown_model_and_saves_nothing(program, path):
    answer = program.post(path, json={"message": "Hi", "model": "no-such-model"})
    assert answer.json() == {"error": "Unknown model 'no-such-model'"}
    assert stored(program, path) == []


def until(condition):
    deadline = time.monotonic() + 3
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return value
