"""Models that an account, or a key of it, may ask: others are refused, and not listed."""

import itertools

import anthropic
import openai
import pytest

from fluxgate_app.accounts import people

from .conftest import client

QUESTION = [{"role": "user", "content": "What is a token?"}]
numbers = itertools.count()


@pytest.fixture
def limited(api):
    """`limited("demo-*")`: somebody new, who may ask these alone."""

    def make(*patterns):
        person = api.person(f"limited{next(numbers)}")
        with api.wiring.db.writing() as session:
            people.allow_models(session, person.account.email, patterns)
        return person

    return make


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/chat", {"message": "Hi", "model": "claude-sonnet-4-6"}),
        ("/api/chat/stream", {"messages": QUESTION, "provider": "anthropic"}),
        ("/api/claude/stream", {"messages": QUESTION}),
        ("/api/gemini/stream", {"prompt": "Hi"}),
        ("/api/embeddings", {"input": "Hi", "model": "demo/text-embedding-3-small"}),
        ("/v1/chat/completions", {"messages": QUESTION, "model": "anthropic/claude-sonnet-4-6"}),
        ("/v1/messages", {"messages": QUESTION, "model": "claude-sonnet-4-6", "max_tokens": 9}),
        ("/v1/messages/count_tokens", {"messages": QUESTION, "model": "claude-sonnet-4-6"}),
        ("/v1/responses", {"input": "Hi", "model": "gpt-4o"}),
    ],
)
def test_another_model_is_refused_and_the_refusal_says_what_is_allowed(limited, path, body):
    person = limited("demo-*", "gpt-4o-mini")
    with person.by_key() as program:
        refused = program.post(path, json=body)
    assert refused.status_code == 403
    error = refused.json()["error"]
    message = error if isinstance(error, str) else error["message"]
    assert message.endswith(" is not allowed here; allowed: demo-*, gpt-4o-mini. Ask an admin for it.")


def test_one_that_is_allowed_is_answered(limited):
    with limited("demo/demo-*").by_key() as program:
        assert program.post("/api/chat", json={"message": "Hi", "model": "demo/demo-fast"}).status_code == 200


def test_where_none_is_named_the_first_that_is_allowed_answers(limited, ended_event):
    person = limited("demo/demo-fast")
    with person.by_key() as program:
        answer = program.post("/api/chat", json={"message": "Hi"})
    assert answer.status_code == 200
    assert ended_event(person, answer.headers["X-FluxGate-Tracking-Id"])["model"] == "demo-fast"


def test_models_are_listed_only_if_they_are_allowed(limited):
    person = limited("claude-*")
    with openai.OpenAI(base_url=f"{person.url}/v1", api_key=person.key) as sdk:
        listed = [model.id for model in sdk.models.list()]
    assert listed
    assert all("claude-" in name for name in listed)


def test_a_key_may_ask_of_its_owner_s_models_only_its_own(limited):
    person = limited("claude-*", "demo-*")
    with person.by_cookie() as browser:
        made = browser.post("/api/keys", json={"name": "narrow", "models": ["demo-*", "gpt-4o"]})
        assert made.json()["models"] == ["demo-*", "gpt-4o"]
        assert browser.post("/api/chat", json={"message": "Hi", "model": "claude-sonnet-4-6"}).status_code == 200
    with client(person.url, made.json()["key"]) as program:
        for model, status in (("demo-fast", 200), ("claude-sonnet-4-6", 403), ("gpt-4o", 403)):
            assert program.post("/api/chat", json={"message": "Hi", "model": model}).status_code == status


def test_openai_s_sdk_raises_its_own_error(limited):
    person = limited("demo-*")
    sdk = openai.OpenAI(base_url=f"{person.url}/v1", api_key=person.key)
    with sdk, pytest.raises(openai.PermissionDeniedError, match="allowed: demo-"):
        sdk.chat.completions.create(model="gpt-4o", messages=QUESTION)


def test_so_does_anthropic_s(limited):
    person = limited("demo-*")
    sdk = anthropic.Anthropic(base_url=person.url, api_key=person.key)
    with sdk, pytest.raises(anthropic.PermissionDeniedError, match="allowed: demo-"):
        sdk.messages.create(model="claude-sonnet-4-6", max_tokens=9, messages=QUESTION)


def test_a_conversation_asks_only_what_is_allowed(limited):
    with limited("demo-*").by_key() as program:
        made = program.post("/api/conversations", json={"model": "claude-sonnet-4-6"}).json()["id"]
        asked = program.post(f"/api/conversations/{made}/messages", json={"message": "Hi"})
        assert asked.status_code == 403
        assert program.get(f"/api/conversations/{made}/messages").json()["messages"] == []


def test_too_many_patterns_are_refused(alice):
    with alice.by_cookie() as browser:
        assert browser.post("/api/keys", json={"name": "x", "models": ["m"] * 51}).status_code == 400
        assert browser.post("/api/keys", json={"name": "x", "models": ["m" * 201]}).status_code == 400
