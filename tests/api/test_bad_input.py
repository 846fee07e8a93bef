"""What is no question gets the answer that the specification names, and stores nothing."""

import json
from datetime import timedelta

import pytest
from sqlmodel import col, func, select, update

from fluxgate_app.accounts import api_keys
from fluxgate_app.models import AiEvent, Conversation, LoginSession, Message, OpenCall
from fluxgate_app.models.columns import now
from fluxgate_app.signing import token_hash

from .conftest import client

PATHS = ["/api/chat", "/api/chat/stream", "/api/chat/sse"]
JSON = {"Content-Type": "application/json"}
HELLO = {"role": "user", "content": "Hello"}


@pytest.fixture(autouse=True)
def nothing_is_stored(api):
    """Whatever a test here sends, no table grows and no provider is asked."""

    def counts() -> list[int]:
        api.wiring.recorder.flush()
        with api.wiring.db.reading() as session:
            tables = (AiEvent, OpenCall, Conversation, Message)
            return [session.exec(select(func.count()).select_from(table)).one() for table in tables]

    before = counts()
    yield
    assert counts() == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": ""},
        {"message": " \n\t "},
        {"message": None},
        {"message": 7},
        {"message": ["Hello"]},
        {"messages": []},
        {"messages": "Hello"},
        {"messages": [HELLO, "Hello"]},
        {"messages": [{"role": "user"}]},
        {"messages": [{"role": "user", "content": ""}]},
        {"messages": [{"role": "wizard", "content": "Hello"}]},
        {"messages": [{"role": "assistant", "content": "Hello"}]},
        {"message": "half a \x00 question"},
    ],
)
def test_what_is_no_message_is_an_invalid_message(alice, path, body):
    with alice.by_key() as program:
        answer = program.post(path, json=body)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Invalid message"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("length", [4001, 1_000_000])
def test_a_message_over_4000_characters_is_too_long(alice, path, length):
    with alice.by_key() as program:
        for body in ({"message": "x" * length}, {"messages": [HELLO | {"content": "x" * length}, HELLO]}):
            answer = program.post(path, json=body)
            assert answer.status_code == 400
            assert answer.json() == {"error": "Message too long"}


@pytest.mark.parametrize("path", PATHS)
def test_more_than_a_thousand_messages_are_too_many(alice, path):
    with alice.by_key() as program:
        answer = program.post(path, json={"messages": [HELLO] * 1001})
    assert answer.status_code == 400
    assert answer.json() == {"error": "Too many messages: at most 1000 are allowed"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", ["{", "", "not json", '{"message": NaN}', '{"message": "\\ud800"}', "[" * 10_000])
def test_broken_json_is_a_400(alice, path, body):
    with alice.by_key() as program:
        answer = program.post(path, content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Invalid JSON"}


@pytest.mark.parametrize("body", [[], "Hello", 1, None, True])
def test_a_body_that_is_no_object_is_a_400(alice, body):
    with alice.by_key() as program:
        answer = program.post("/api/chat", content=json.dumps(body), headers=JSON)
    assert answer.status_code == 400
    assert answer.json() == {"error": "The body must be a JSON object"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", 4),
        ("provider", []),
        ("system", {}),
        ("persona", 1),
        ("temperature", "hot"),
        ("temperature", True),
        ("temperature", 2.1),
        ("temperature", -0.1),
        ("maxTokens", 0),
        ("maxTokens", 1.5),
        ("maxTokens", "10"),
        ("maxTokens", 10**12),
        ("feature", 1),
        ("step", []),
        ("sessionId", 5),
        ("conversationId", 5),
        ("conversationId", "x" * 201),
        ("metadata", "text"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(alice, name, value):
    with alice.by_key() as program:
        answer = program.post("/api/chat", json={"message": "Hello", name: value})
    assert answer.status_code == 400
    assert answer.json() == {"error": f"Invalid {name}"}


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_model_is_named(alice, path):
    with alice.by_key() as program:
        answer = program.post(path, json={"message": "Hello", "model": "no-such-model"})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Unknown model 'no-such-model'")


@pytest.mark.parametrize("path", ["/api/chat", "/api/chat/sse"])
def test_nobody_is_refused_in_json(nobody, path):
    answer = nobody.post(path, json={"message": "Hello"})
    assert answer.status_code == 401
    assert answer.json() == {"error": "Unauthorized"}


def test_nobody_is_refused_in_plain_text_on_the_text_stream(nobody):
    answer = nobody.post("/api/chat/stream", json={"messages": [HELLO]})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == "Unauthorized"


def test_nobody_is_refused_before_the_body_is_looked_at(nobody):
    assert nobody.post("/api/chat", content="{").status_code == 401


def test_an_expired_session_is_nobody_s(api):
    lena = api.person("lena")
    with api.wiring.db.writing() as session:
        mine = col(LoginSession.token_hash) == token_hash(lena.cookie)
        session.exec(update(LoginSession).where(mine).values(expires_at=now() - timedelta(seconds=1)))
    with lena.by_cookie() as browser:
        assert browser.post("/api/chat", json={"message": "Hello"}).status_code == 401


def test_a_revoked_key_is_nobody_s(api, alice):
    with api.wiring.db.writing() as session:
        made = api_keys.create(session, alice.account.id, "lost")
    with client(api.url, made.key) as program:
        assert program.get("/api/auth/me").status_code == 200
        with api.wiring.db.writing() as session:
            api_keys.revoke(session, made.id, alice.account.id)
        assert program.post("/api/chat", json={"message": "Hello"}).status_code == 401


def test_a_key_without_the_chat_scope_is_forbidden(api, alice):
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, alice.account.id, "reader", scopes=["events:read"]).key
    with client(api.url, key) as program:
        answer = program.post("/api/chat", json={"message": "Hello"})
    assert answer.status_code == 403
    assert answer.json() == {"error": "Forbidden"}
