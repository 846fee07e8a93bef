"""`POST /api/embeddings`: texts become vectors and a recorded event."""

import math

import pytest

from fluxgate_app.accounts import api_keys
from fluxgate_app.chat import embedding

from .conftest import client

MODEL = "demo/text-embedding-3-small"
TEXTS = ["TCP is a protocol", "UDP is a protocol", "Bread and butter"]


@pytest.fixture
def program(alice):
    with alice.by_key(timeout=30) as opened:
        yield opened


def near(one, other) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_a_text_becomes_a_vector_and_a_recorded_event(program, alice, ended_event):
    answer = program.post("/api/embeddings", json={"input": "What is TCP?", "model": MODEL, "sessionId": "sess-1"})
    assert answer.status_code == 200
    said = answer.json()
    assert set(said) == {"embedding", "tokens", "tracking"}
    assert len(said["embedding"]) == 1536
    assert math.isclose(near(said["embedding"], said["embedding"]), 1, rel_tol=1e-5)
    assert (said["tokens"], said["tracking"]["status"]) == (3, "SUCCESS")
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert event["trackingId"] == said["tracking"]["trackingId"]
    assert (event["kind"], event["feature"], event["sessionId"]) == ("embedding", "semantic-search", "sess-1")
    assert (event["inputTokens"], event["outputTokens"], event["isStreamed"]) == (3, 0, False)
    assert (event["account"], event["origin"], event["metadata"]) == (alice.account.id, "demo", None)


def test_a_list_becomes_a_vector_each_in_its_order(program):
    said = program.post("/api/embeddings", json={"input": TEXTS, "model": MODEL}).json()
    assert set(said) == {"embedding", "embeddings", "tokens", "tracking"}
    assert said["embedding"] == said["embeddings"][0]
    alone = [program.post("/api/embeddings", json={"input": text, "model": MODEL}).json() for text in TEXTS]
    assert [one["embedding"] for one in alone] == said["embeddings"]
    tcp, udp, bread = said["embeddings"]
    assert near(tcp, udp) > near(tcp, bread)
    assert said["tokens"] == sum(one["tokens"] for one in alone)


def test_a_list_of_one_is_a_list(program):
    assert len(program.post("/api/embeddings", json={"input": ["TCP"], "model": MODEL}).json()["embeddings"]) == 1


def test_what_is_too_much_for_one_call_is_sent_in_batches(program, demo, monkeypatch):
    monkeypatch.setattr(embedding, "BATCH_BYTES", 40)
    demo.requests.clear()
    said = program.post("/api/embeddings", json={"input": [*TEXTS, "x" * 100], "model": MODEL}).json()
    assert [request.body["input"] for request in demo.requests] == [TEXTS[:2], TEXTS[2:], ["x" * 100]]
    assert len(said["embeddings"]) == 4
    assert said["tokens"] == sum(-(-len(text) // 4) for text in [*TEXTS, "x" * 100])


def test_without_a_key_the_demo_stands_in_for_openai_and_its_price_is_known(start_api):
    other = {"openai_api_key": None, "anthropic_api_key": "sk", "anthropic_base_url": "http://127.0.0.1:9"}
    with start_api(**other, openai_base_url=None).person("keyless").by_key(timeout=30) as program:
        said = program.post("/api/embeddings", json={"input": "x" * 4000}).json()
    assert (said["tokens"], said["tracking"]["cost"]) == (1000, 0.00002)


def test_without_a_key_and_without_the_demo_it_says_so(start_api):
    other = {"openai_api_key": None, "anthropic_api_key": "sk", "anthropic_base_url": "http://127.0.0.1:9"}
    with start_api(**other, openai_base_url=None, demo=False).person("keyless").by_key() as program:
        answer = program.post("/api/embeddings", json={"input": "Hi"})
    assert (answer.status_code, answer.json()) == (503, {"error": "No API key for OpenAI"})


def test_a_vendor_that_does_not_answer_is_told_of(program, alice, ended_event):
    answer = program.post("/api/embeddings", json={"input": "Hi"})
    assert (answer.status_code, answer.json()) == (500, {"error": "Failed to process request"})
    assert ended_event(alice, answer.headers["x-fluxgate-tracking-id"])["status"] == "ERROR"


INPUTS = [None, "", " ", 7, {}, [], [""], ["a", 1], [["a"]], "\x00", ["a\x00"], ["a"] * 2049]


@pytest.mark.parametrize("body", [{}, *({"input": given} for given in INPUTS)])
def test_it_refuses_what_is_no_text(program, body):
    answer = program.post("/api/embeddings", json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid input"})


@pytest.mark.parametrize("model", ["claude-sonnet-4-6", "gemini-2.5-pro"])
def test_it_refuses_a_model_without_embeddings(program, model):
    answer = program.post("/api/embeddings", json={"input": "Hi", "model": model})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith("use text-embedding-3-small")


def test_it_refuses_nobody_and_a_key_without_its_scope(api, alice, nobody):
    assert nobody.post("/api/embeddings", json={"input": "Hi"}).json() == {"error": "Unauthorized"}
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, alice.account.id, "chatter", scopes=["chat"]).key
    with client(api.url, key) as program:
        assert program.post("/api/embeddings", json={"input": "Hi"}).status_code == 403
