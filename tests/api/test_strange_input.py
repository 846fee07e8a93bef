"""What is allowed but strange passes through both databases unharmed."""

import json

import pytest

STRANGE = {
    "emoji": "😀 \u202e \u200b",
    "nul": "a\u0000b",
    "large": 10**400,
    "endless": "INFINITE",
    "small": 1e-300,
    "deep": json.loads("[" * 100 + "]" * 100),
    "": "nameless",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def strange_api(request, start_api):
    return (
        start_api()
        if request.param == "sqlite"
        else start_api(database_url=request.getfixturevalue("served_postgres_url"))
    )


@pytest.fixture(scope="module")
def somebody(strange_api):
    return strange_api.person("somebody")


@pytest.mark.parametrize("where", ["metadata", "extra fields"])
def test_strange_metadata_is_kept_as_far_as_it_can_be(strange_api, somebody, where):
    fields = {"metadata": STRANGE} if where == "metadata" else STRANGE
    body = json.dumps({"message": "Hi 😀", "model": "demo-fast", "conversationId": "😀" * 200} | fields)
    with somebody.by_key() as program:
        answer = program.post("/api/chat", content=body.replace('"INFINITE"', "1e999"))
        assert answer.status_code == 200
        assert answer.json()["conversationId"] == "😀" * 200
        assert strange_api.wiring.recorder.flush()
        event = program.get(f"/api/events/{answer.headers['x-fluxgate-tracking-id']}").json()
    assert event["conversationId"] == "😀" * 200
    assert event["metadata"]["emoji"] == STRANGE["emoji"]
    assert event["metadata"][""] == "nameless"
    assert event["metadata"]["endless"] is None


def test_ten_tokens_may_be_written_with_a_fraction_of_nothing(somebody):
    body = '{"message": "Hi", "model": "demo-fast", "maxTokens": 10.0}'
    with somebody.by_key() as program:
        assert program.post("/api/chat", content=body).status_code == 200
