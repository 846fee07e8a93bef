"""The AI SDK's UI message stream: kept while nobody reads it, resumed and stopped by the chat's own id."""

import json
import time
from uuid import uuid4

import pytest

FORCED = {"X-Vercel-AI-UI-Message-Stream": "v1"}


def body(question="What is a token?", model="demo-fast", **more):
    """As `useChat` of the AI SDK sends it; the model is what the app adds."""
    turn = {"id": "m1", "role": "user", "parts": [{"type": "text", "text": question}]}
    asked = {"id": f"chat-{uuid4().hex}", "messages": [turn], "trigger": "submit-message"}
    return asked | {"model": model} | more


def parts(text: str) -> list[dict]:
    """What the stream says, without its end mark, which must be the last."""
    blocks = text.split("\n\n")
    assert blocks.pop() == ""
    said = [block.removeprefix("data: ") for block in blocks if not block.startswith(":")]
    assert said.count("[DONE]") == (said[-1] == "[DONE]")
    return [json.loads(one) for one in said if one != "[DONE]"]


def words(said: list[dict]) -> str:
    return "".join(part["delta"] for part in said if part["type"] == "text-delta")


def until(condition):
    deadline = time.monotonic() + 5
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return value


@pytest.fixture
def program(alice):
    with alice.by_key() as opened:
        yield opened


def test_a_body_of_the_ai_sdk_is_answered_in_its_protocol(program, alice, ended_event):
    asked = body()
    answer = program.post("/api/chat", json=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-vercel-ai-ui-message-stream"] == "v1"
    assert answer.text.endswith("data: [DONE]\n\n")
    said = parts(answer.text)
    kinds = [part["type"] for part in said]
    assert kinds[:3] == ["start", "start-step", "text-start"]
    assert kinds[-3:] == ["text-end", "finish-step", "finish"]
    assert set(kinds[3:-3]) == {"text-delta"}
    assert said[0]["messageId"].startswith("msg_")
    assert len({part["id"] for part in said if part["type"].startswith("text")}) == 1
    assert set(said[-1]) == {"type", "messageMetadata"}
    tracking = said[-1]["messageMetadata"]["tracking"]
    assert (tracking["status"], tracking["trackingId"]) == ("SUCCESS", answer.headers["x-fluxgate-tracking-id"])
    event = ended_event(alice, tracking["trackingId"])
    assert (event["feature"], event["conversationId"], event["metadata"]) == ("streaming-chat", asked["id"], None)
    plain = program.post("/api/chat", json={"message": "What is a token?", "model": "demo-fast"})
    assert words(said) == plain.json()["content"]


def test_all_texts_of_a_conversation_are_read(program, demo):
    turns = [
        {"role": "user", "parts": [{"type": "text", "text": "Hi"}, {"type": "file", "url": "x"}]},
        {"role": "assistant", "parts": [{"type": "step-start"}, {"type": "text", "text": "Hello", "state": "done"}]},
        {"role": "user", "parts": [{"type": "text", "text": "One"}, {"type": "text", "text": "Two"}]},
    ]
    program.post("/api/chat", json=body(messages=turns))
    sent = [(turn["role"], turn["content"]) for turn in demo.requests[-1].body["messages"][1:]]
    assert sent == [("user", "Hi"), ("assistant", "Hello"), ("user", "One\nTwo")]


@pytest.mark.parametrize("path", ["/api/chat", "/api/chat/stream", "/api/chat/sse"])
def test_a_header_asks_for_it_on_any_chat_route(program, path):
    asked = {"message": "What is a token?", "model": "demo-fast"}
    said = parts(program.post(path, json=asked, headers=FORCED).text)
    assert (said[0]["type"], said[-1]["type"]) == ("start", "finish")


def test_the_text_stream_of_such_a_body_is_plain_text(program):
    answer = program.post("/api/chat/stream", json=body())
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert (
        answer.text
        == program.post("/api/chat", json={"message": "What is a token?", "model": "demo-fast"}).json()["content"]
    )


def resumed_and_stopped(program, stream: str, stop: str) -> str:
    """All that a stream says from its beginning when it is resumed, read a while, and then stopped."""
    with program.stream("GET", stream, timeout=30) as answer:
        assert answer.status_code == 200
        assert answer.headers["x-vercel-ai-ui-message-stream"] == "v1"
        chunks = answer.iter_text()
        text = next(chunks) + next(chunks)
        assert program.post(stop).json() == {"stopped": True}
        text += "".join(chunks)
    assert program.get(stream).status_code == 204
    return text


def test_an_answer_goes_on_when_its_reader_leaves_and_is_resumed_from_its_beginning(program):
    asked = body(model="demo-8kb")
    with program.stream("POST", "/api/chat", json=asked) as answer:
        first = next(answer.iter_text())
    path = f"/api/chat/{asked['id']}"
    said = parts(resumed_and_stopped(program, f"{path}/stream", f"{path}/stop"))
    assert said[0] == parts(first)[0]
    assert len(words(said)) > len(words(parts(first)))
    assert said[-1] == {"type": "abort"}


def test_it_is_stopped_by_its_id(program, demo, alice, ended_event):
    asked = body(model="demo-8kb")
    with program.stream("POST", "/api/chat", json=asked) as answer:
        chunks = answer.iter_text()
        begun = next(chunks)
        stopped_at = time.monotonic()
        assert program.post(f"/api/chat/{asked['id']}/stop").json() == {"stopped": True}
        text = begun + "".join(chunks)
    assert until(lambda: demo.requests[-1].closed_at) - stopped_at < 0.2
    assert [part["type"] for part in parts(text)[-2:]] == ["text-end", "abort"]
    assert text.endswith("data: [DONE]\n\n")
    assert ended_event(alice, answer.headers["x-fluxgate-tracking-id"])["status"] == "CANCELLED"
    assert program.post(f"/api/chat/{asked['id']}/stop").json() == {"stopped": False}


def test_a_new_question_under_the_same_id_stops_the_answer_before(program, demo):
    asked = body(model="demo-8kb")
    with program.stream("POST", "/api/chat", json=asked) as answer:
        chunks = answer.iter_text()
        next(chunks)
        before = demo.requests[-1]
        assert parts(program.post("/api/chat", json=asked | {"model": "demo-fast"}).text)[-1]["type"] == "finish"
        assert parts("".join(chunks))[-1] == {"type": "abort"}
    assert until(lambda: before.closed_at)


def test_without_an_id_nobody_could_come_back_so_leaving_stops_it(program, demo):
    asked = {"message": "A long story", "model": "demo-8kb"}
    with program.stream("POST", "/api/chat", json=asked, headers=FORCED) as answer:
        next(answer.iter_bytes())
        left_at = time.monotonic()
    assert until(lambda: demo.requests[-1].closed_at) - left_at < 0.2


def test_another_s_is_neither_resumed_nor_stopped(program, mallory):
    asked = body(model="demo-8kb")
    with program.stream("POST", "/api/chat", json=asked) as answer, mallory.by_key() as stranger:
        chunks = answer.iter_text()
        next(chunks)
        assert stranger.get(f"/api/chat/{asked['id']}/stream").status_code == 204
        assert stranger.post(f"/api/chat/{asked['id']}/stop").json() == {"stopped": False}
        assert program.post(f"/api/chat/{asked['id']}/stop").json() == {"stopped": True}


def test_a_failure_before_the_first_byte_has_its_status(program):
    answer = program.post("/api/chat", json=body(model="demo-rate-limited"))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "20")
    assert answer.json() == {"error": "Rate limit exceeded. Please try again later."}


@pytest.mark.parametrize("model", ["demo-cut", "demo-truncated", "demo-error-midstream"])
def test_a_failure_after_it_is_an_error_part_and_nothing_more(program, model):
    answer = program.post("/api/chat", json=body(model=model))
    *_, before, error = parts(answer.text)
    assert before["type"] == "text-delta"
    assert set(error) == {"type", "errorText"}
    assert "[DONE]" not in answer.text


@pytest.mark.parametrize("model", ["demo-refusal", "demo-max-tokens"])
def test_an_answer_that_was_cut_on_purpose_ends_well(program, model):
    assert parts(program.post("/api/chat", json=body(model=model)).text)[-1]["type"] == "finish"


@pytest.mark.parametrize(
    "more",
    [
        {"messages": []},
        {"messages": [{"role": "user", "parts": "Hi"}]},
        {"messages": [{"role": "user", "parts": []}]},
        {"messages": [{"role": "user", "parts": [{"type": "file", "url": "x"}]}]},
        {"messages": [{"role": "user", "parts": [{"type": "text", "text": 7}, 7]}]},
        {"id": 7},
        {"id": "x" * 201},
    ],
)
def test_it_refuses_what_is_no_chat(program, more):
    assert program.post("/api/chat", json=body(**more)).status_code == 400


def test_it_counts_the_characters_of_all_texts_together(program):
    texts = [{"type": "text", "text": "x" * 2000}, {"type": "text", "text": "x" * 2000}]
    answer = program.post("/api/chat", json=body(messages=[{"role": "user", "parts": texts}]))
    assert answer.json() == {"error": "Message too long"}


def test_nobody_resumes_or_stops_anything(nobody):
    assert nobody.get("/api/chat/x/stream").status_code == 401
    assert nobody.post("/api/chat/x/stop").status_code == 401


def test_a_stored_conversation_is_answered_and_resumed_in_it_too(program):
    made = program.post("/api/conversations", json={"model": "demo-8kb"}).json()["id"]
    path = f"/api/conversations/{made}/messages"
    with program.stream("POST", path, json=body(model=None), headers=FORCED) as answer:
        begun = next(answer.iter_text())
    said = parts(resumed_and_stopped(program, f"{path}/stream", f"{path}/stop"))
    question, reply = program.get(path).json()["messages"]
    assert said[0] == parts(begun)[0] == {"type": "start", "messageId": reply["id"]}
    assert (question["content"], reply["content"], reply["status"]) == ("What is a token?", words(said), "stopped")
