"""Whatever goes wrong at the gateway, the official SDK raises its own exception."""

import time

import anthropic
import openai
import pytest

QUESTION = [{"role": "user", "content": "What is a token?"}]


def ask_openai(person, model="demo-fast", key=None, **more):
    with openai.OpenAI(base_url=f"{person.url}/v1", api_key=key or person.key, max_retries=0) as client:
        return client.chat.completions.create(model=model, messages=QUESTION, **more)


def ask_anthropic(person, model="claude-sonnet-4-6", key=None, **more):
    with anthropic.Anthropic(base_url=person.url, api_key=key or person.key, max_retries=0) as client:
        return client.messages.create(model=model, messages=QUESTION, max_tokens=99, **more)


FAULTS = {
    "demo-rate-limited": ("RateLimitError", "RATE_LIMITED"),
    "demo-unauthorized": ("AuthenticationError", "ERROR"),
    "demo-error": ("InternalServerError", "ERROR"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("asking", [{}, {"stream": True}])
@pytest.mark.parametrize("vendor", [(ask_openai, openai, "demo"), (ask_anthropic, anthropic, "anthropic")])
def test_the_vendor_s_refusal_is_the_sdk_s_own_exception(alice, ended_event, fault, asking, vendor):
    (ask, sdk, provider), (error, status) = vendor, FAULTS[fault]
    with pytest.raises(getattr(sdk, error)) as raised:
        ask(alice, f"{provider}/{fault}", **asking)
    event = ended_event(alice, raised.value.response.headers["x-fluxgate-tracking-id"])
    assert (event["status"], event["inputTokens"], event["outputTokens"]) == (status, 0, 0)


def test_the_vendor_s_retry_after_reaches_the_client(alice):
    with pytest.raises(openai.RateLimitError) as raised:
        ask_openai(alice, "demo-rate-limited")
    assert raised.value.response.headers["retry-after"] == "20"
    assert raised.value.response.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(("ask", "sdk"), [(ask_openai, openai), (ask_anthropic, anthropic)])
def test_a_wrong_key_is_an_authentication_error(alice, ask, sdk):
    with pytest.raises(sdk.AuthenticationError) as raised:
        ask(alice, key="fg_wrong_key")
    assert raised.value.body.get("error", raised.value.body)["message"] == "Unauthorized"


@pytest.mark.parametrize(("ask", "sdk"), [(ask_openai, openai), (ask_anthropic, anthropic)])
def test_an_unknown_model_is_a_bad_request(alice, ask, sdk):
    with pytest.raises(sdk.BadRequestError, match="Unknown model 'nothing-of-ours'"):
        ask(alice, "nothing-of-ours")


def test_a_vendor_that_is_not_there_is_an_internal_server_error(alice, ended_event):
    with pytest.raises(openai.InternalServerError, match="OpenAI service error") as raised:
        ask_openai(alice, "gpt-4o")
    assert raised.value.status_code == 502
    event = ended_event(alice, raised.value.response.headers["x-fluxgate-tracking-id"])
    assert (event["status"], event["cost"]) == ("ERROR", 0)


def test_a_vendor_that_falls_silent_is_a_timeout(start_api):
    api = start_api(provider_timeout_seconds=0.2)
    with pytest.raises(openai.InternalServerError) as raised:
        ask_openai(api.person("patient"), "demo-slow")
    assert raised.value.status_code == 504


@pytest.mark.parametrize(("ask", "sdk"), [(ask_openai, openai), (ask_anthropic, anthropic)])
def test_our_own_limit_says_when_to_come_back(start_api, ask, sdk):
    person = start_api(api_rate_limit_per_minute=1).person("busy")
    model = "demo-fast" if ask is ask_openai else "claude-sonnet-4-6"
    ask(person, model)
    with pytest.raises(sdk.RateLimitError) as raised:
        ask(person, model)
    assert 0 < int(raised.value.response.headers["retry-after"]) <= 60
    assert raised.value.response.headers["x-ratelimit-remaining"] == "0"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"a": NaN}'])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/messages"])
def test_a_body_that_is_no_json_object_is_a_400_in_the_vendor_s_form(alice, path, content):
    with alice.by_key() as program:
        answer = program.post(path, content=content)
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"]["message"], str)


@pytest.mark.parametrize("model", [None, 7, "", [], {}, "x" * 151, "a\0b"])
def test_a_body_without_a_model_s_name_is_a_400(alice, model):
    with alice.by_key() as program:
        answer = program.post("/v1/chat/completions", json={"model": model, "messages": QUESTION})
    assert answer.status_code == 400
    assert "model" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("name", "value"), [("Metadata", "{"), ("Metadata", "[]"), ("Feature", "x" * 201)])
def test_a_context_that_cannot_be_kept_is_a_400(alice, name, value):
    with pytest.raises(openai.BadRequestError, match=f"X-FluxGate-{name}"):
        ask_openai(alice, extra_headers={f"X-FluxGate-{name}": value})


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_a_json_404(nobody, method, path):
    answer = nobody.request(method, path)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Not found"


def test_an_unknown_path_and_a_wrong_method_are_told_in_the_vendor_s_form(nobody):
    assert nobody.post("/v1/messages/batches").json()["error"]["type"] == "not_found_error"
    wrong = nobody.get("/v1/chat/completions")
    assert (wrong.status_code, wrong.json()["error"]["type"]) == (405, "invalid_request_error")


def test_a_body_of_more_than_32_mebibytes_is_refused_before_it_is_read(nobody):
    answer = nobody.post("/v1/messages", content=b"x" * (32 * 2**20 + 1))
    assert (answer.status_code, answer.json()["error"]["type"]) == (413, "request_too_large")


def test_the_vendor_s_key_is_shown_to_nobody(alice):
    began = time.monotonic()
    with pytest.raises(openai.AuthenticationError) as raised:
        ask_openai(alice, "demo-unauthorized")
    assert time.monotonic() - began < 5
    assert "sk-" not in raised.value.response.text


def test_a_count_that_cannot_be_made_is_refused_in_anthropic_s_form(alice):
    with alice.by_key() as program:
        answer = program.post("/v1/messages/count_tokens", json={"model": "demo/claude-sonnet-4-6", "messages": None})
    assert answer.status_code == 400
    assert answer.json()["type"] == "error"
    assert answer.json()["error"]["message"].startswith("Invalid request")
