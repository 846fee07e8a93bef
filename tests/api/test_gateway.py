"""Official clients with another base URL and key: whole answers, passed through and recorded."""

import base64
import json

import anthropic
import httpx2
import openai
import pytest

from fluxgate_app.accounts import api_keys

QUESTION = [{"role": "user", "content": "What is a token?"}]


@pytest.fixture
def openai_client(alice):
    with openai.OpenAI(base_url=f"{alice.url}/v1", api_key=alice.key) as client:
        yield client


@pytest.fixture
def anthropic_client(alice):
    with anthropic.Anthropic(base_url=alice.url, api_key=alice.key) as client:
        yield client


def tracking_id(answer) -> str:
    return answer.headers["x-fluxgate-tracking-id"]


def test_a_chat_completion_is_answered_and_recorded(openai_client, alice, ended_event):
    raw = openai_client.chat.completions.with_raw_response.create(model="demo-fast", messages=QUESTION)
    answer = raw.parse()
    event = ended_event(alice, tracking_id(raw))
    assert answer.choices[0].message.content
    assert (event["status"], event["kind"], event["origin"], event["isStreamed"]) == ("SUCCESS", "chat", "demo", False)
    assert (event["inputTokens"], event["outputTokens"]) == (answer.usage.prompt_tokens, answer.usage.completion_tokens)
    assert event["finishReason"] == "stop"
    assert event["latencyInMs"] > 0
    assert event["account"] == alice.account.id


def test_a_message_is_answered_priced_and_recorded(anthropic_client, alice, ended_event):
    raw = anthropic_client.messages.with_raw_response.create(
        model="claude-sonnet-4-6", max_tokens=99, messages=QUESTION, system="Be brief."
    )
    answer = raw.parse()
    event = ended_event(alice, tracking_id(raw))
    assert answer.content[0].text
    assert (event["provider"], event["model"], event["status"]) == ("anthropic", "claude-sonnet-4-6", "MAX_TOKENS")
    assert (event["inputTokens"], event["outputTokens"]) == (answer.usage.input_tokens, answer.usage.output_tokens)
    assert event["cost"] == pytest.approx((answer.usage.input_tokens * 3 + answer.usage.output_tokens * 15) / 1e6)


def test_embeddings_are_answered_and_recorded(openai_client, alice, ended_event):
    raw = openai_client.embeddings.with_raw_response.create(model="demo/text-embedding-3-small", input=["a", "b"])
    answer = raw.parse()
    event = ended_event(alice, tracking_id(raw))
    assert [len(one.embedding) for one in answer.data] == [1536, 1536]
    assert (event["kind"], event["status"], event["model"]) == ("embedding", "SUCCESS", "text-embedding-3-small")
    assert (event["inputTokens"], event["outputTokens"]) == (answer.usage.prompt_tokens, 0)


def test_the_body_arrives_as_it_was_sent(alice, demo):
    sent = b'{ "model":"demo-fast","messages":[{"role":"user","content":"Hi"}],"unheard_of":{"deep":[1.50,null]} }'
    with alice.by_key() as program:
        program.post("/v1/chat/completions", content=sent)
    assert demo.requests[-1].body == json.loads(sent)
    assert int(demo.requests[-1].headers["content-length"]) == len(sent)


def test_the_vendor_s_own_headers_pass_and_no_others(alice, demo):
    sent = {"anthropic-version": "2024-01-01", "anthropic-beta": "x", "Cookie": "a=b", "X-FluxGate-Feature": "f"}
    with alice.by_key() as program:
        program.post(
            "/v1/messages",
            json={"model": "claude-sonnet-4-6", "max_tokens": 9, "messages": QUESTION},
            headers={**sent, "X-Whatever": "1"},
        )
    got = demo.requests[-1].headers
    assert (got["anthropic-version"], got["anthropic-beta"]) == ("2024-01-01", "x")
    assert not {"cookie", "x-fluxgate-feature", "x-whatever"} & set(got)
    assert alice.key not in str(got)


def test_what_the_vendor_answered_is_what_the_client_gets(alice, demo):
    asked = {"model": "demo-fast", "messages": QUESTION}
    with alice.by_key() as program, httpx2.Client(verify=False) as direct:
        ours = program.post("/v1/chat/completions", json=asked)
        theirs = direct.post(f"{demo.openai_url}/chat/completions", json=asked)
    made = {"id", "created"}
    assert {k: v for k, v in ours.json().items() if k not in made} == {
        k: v for k, v in theirs.json().items() if k not in made
    }
    assert ours.headers["content-type"] == theirs.headers["content-type"]


def test_headers_say_what_a_call_is_for(openai_client, alice, ended_event):
    said = {
        "X-FluxGate-Feature": "search",
        "X-FluxGate-User": "u_1",
        "X-FluxGate-Session": "s_1",
        "X-FluxGate-Conversation": "c_1",
        "X-FluxGate-Step": "rerank",
        "X-FluxGate-Metadata": '{"plan": "pro"}',
    }
    raw = openai_client.chat.completions.with_raw_response.create(
        model="demo-fast", messages=QUESTION, extra_headers=said, user="not me", metadata={"team": "blue"}
    )
    event = ended_event(alice, tracking_id(raw))
    labels = ("feature", "user", "sessionId", "conversationId", "step")
    assert [event[name] for name in labels] == ["search", "u_1", "s_1", "c_1", "rerank"]
    assert event["metadata"] == {"plan": "pro", "team": "blue"}


def test_the_bodies_own_fields_say_for_whom_it_is(openai_client, anthropic_client, alice, ended_event):
    chat = openai_client.chat.completions.with_raw_response.create(model="demo-fast", messages=QUESTION, user="u_2")
    message = anthropic_client.messages.with_raw_response.create(
        model="claude-sonnet-4-6", max_tokens=9, messages=QUESTION, metadata={"user_id": "u_3"}
    )
    assert ended_event(alice, tracking_id(chat))["user"] == "u_2"
    assert ended_event(alice, tracking_id(message))["user"] == "u_3"
    assert ended_event(alice, tracking_id(message))["feature"] == "gateway"


def test_models_are_listed_in_the_form_of_the_client_that_asks(openai_client, anthropic_client):
    theirs = {model.id for model in openai_client.models.list()}
    assert {"gpt-4o", "claude-sonnet-4-6", "gemini-2.5-pro", "demo-fast"} <= theirs
    assert {model.id for model in anthropic_client.models.list()} == theirs


def test_tokens_are_counted_and_nothing_is_recorded(anthropic_client, demo):
    raw = anthropic_client.messages.with_raw_response.count_tokens(model="claude-sonnet-4-6", messages=QUESTION)
    assert raw.parse().input_tokens > 0
    assert "x-fluxgate-tracking-id" not in raw.headers
    assert demo.requests[-1].path == "/v1/messages/count_tokens"


def test_a_key_in_x_api_key_will_do(alice, nobody):
    answer = nobody.post(
        "/v1/chat/completions", headers={"x-api-key": alice.key}, json={"model": "demo-fast", "messages": QUESTION}
    )
    assert answer.status_code == 200


def test_a_cookie_opens_nothing(alice):
    with alice.by_cookie() as browser:
        answer = browser.post("/v1/chat/completions", json={"model": "demo-fast", "messages": QUESTION})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        ("chat", "/v1/chat/completions", 200),
        ("chat", "/v1/embeddings", 403),
        ("embeddings", "/v1/embeddings", 200),
        ("embeddings", "/v1/messages", 403),
    ],
)
def test_a_key_opens_what_its_scope_says(api, alice, scope, path, status):
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, alice.account.id, "narrow", scopes=[scope]).key
    body = {"model": "demo-fast", "messages": QUESTION, "input": "a", "max_tokens": 9}
    assert httpx2.post(alice.url + path, headers={"x-api-key": key}, json=body, verify=False).status_code == status


def test_embeddings_come_as_the_sdk_asked_for_them(alice):
    with alice.by_key() as program:
        answer = program.post(
            "/v1/embeddings",
            json={"model": "demo/text-embedding-3-small", "input": "a", "encoding_format": "base64"},
        )
    assert len(base64.b64decode(answer.json()["data"][0]["embedding"])) == 1536 * 4


def test_a_body_may_have_more_than_a_mebibyte(alice):
    long = [{"role": "user", "content": "token " * 400_000}]
    with alice.by_key() as program:
        answer = program.post("/v1/chat/completions", json={"model": "demo-fast", "messages": long})
    assert answer.status_code == 200
