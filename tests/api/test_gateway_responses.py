"""OpenAI's Responses API through the gateway: byte for byte where the vendor has it, and recorded."""

import json

import httpx2
import openai
import pytest

QUESTION = "What is a token?"
LISTED = [{"role": "user", "content": [{"type": "input_text", "text": QUESTION}]}]
ASKED = {"model": "demo-fast", "instructions": "Be brief.", "input": LISTED}
MADE = ("id", "created_at", "item_id")


@pytest.fixture
def client(alice):
    with openai.OpenAI(base_url=f"{alice.url}/v1", api_key=alice.key, max_retries=0) as client:
        yield client


def timeless(value):
    """The value without what differs from answer to answer."""
    if isinstance(value, dict):
        return {name: timeless(inner) for name, inner in value.items() if name not in MADE}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value


def events(text):
    return [json.loads(line[5:]) for line in text.splitlines() if line.startswith("data:")]


def test_a_response_is_answered_and_recorded(client, alice, ended_event):
    raw = client.responses.with_raw_response.create(**ASKED)
    answer = raw.parse()
    event = ended_event(alice, raw.headers["x-fluxgate-tracking-id"])
    assert answer.output_text
    assert (event["status"], event["kind"], event["origin"], event["isStreamed"]) == (
        "SUCCESS",
        "response",
        "demo",
        False,
    )
    assert (event["inputTokens"], event["outputTokens"]) == (answer.usage.input_tokens, answer.usage.output_tokens)
    assert (event["finishReason"], event["account"], event["feature"]) == ("completed", alice.account.id, "gateway")


def test_it_streams_and_is_recorded(client, alice, ended_event):
    with client.responses.with_streaming_response.create(**ASKED, stream=True) as raw:
        streamed = list(raw.parse())
    whole = client.responses.create(**ASKED)
    event = ended_event(alice, raw.headers["x-fluxgate-tracking-id"])
    text = "".join(event.delta for event in streamed if event.type == "response.output_text.delta")
    assert text == whole.output_text
    assert (event["status"], event["isStreamed"], event["finishReason"]) == ("SUCCESS", True, "completed")
    assert event["outputTokens"] == whole.usage.output_tokens
    assert 0 < event["latencyInMs"] <= event["streamingDurationInMs"]


def test_the_sdks_own_reader_reads_it(client):
    with client.responses.stream(**ASKED) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        assert stream.get_final_response().output_text == text


@pytest.mark.parametrize("stream", [True, False])
def test_what_the_vendor_answered_is_what_the_client_gets(alice, demo, stream):
    asked = ASKED | {"stream": stream}
    with alice.by_key() as program, httpx2.Client(verify=False) as direct:
        ours = program.post("/v1/responses", json=asked)
        theirs = direct.post(f"{demo.openai_url}/responses", json=asked)
    read = events if stream else json.loads
    assert timeless(read(ours.text)) == timeless(read(theirs.text))
    assert ours.headers["content-type"] == theirs.headers["content-type"]


def test_the_body_arrives_as_it_was_sent(alice, demo):
    sent = b'{ "model":"demo-fast","input":"Hi","store":true,"previous_response_id":"resp_1","x":{"deep":[1.50,null]} }'
    with alice.by_key() as program:
        program.post("/v1/responses", content=sent)
    assert (demo.requests[-1].path, demo.requests[-1].body) == ("/v1/responses", json.loads(sent))
    assert int(demo.requests[-1].headers["content-length"]) == len(sent)


def test_headers_and_the_bodys_own_fields_say_what_it_is_for(client, alice, ended_event):
    raw = client.responses.with_raw_response.create(
        **ASKED, user="u_1", metadata={"team": "blue"}, extra_headers={"X-FluxGate-Feature": "search"}
    )
    event = ended_event(alice, raw.headers["x-fluxgate-tracking-id"])
    assert (event["feature"], event["user"], event["metadata"]) == ("search", "u_1", {"team": "blue"})


FAULTS = {
    "demo-rate-limited": (openai.RateLimitError, "RATE_LIMITED"),
    "demo-unauthorized": (openai.AuthenticationError, "ERROR"),
    "demo-error": (openai.InternalServerError, "ERROR"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("stream", [True, False])
def test_the_vendors_refusal_is_the_sdks_own_exception(client, alice, ended_event, fault, stream):
    error, status = FAULTS[fault]
    with pytest.raises(error) as raised:
        client.responses.create(model=fault, input=QUESTION, stream=stream)
    event = ended_event(alice, raised.value.response.headers["x-fluxgate-tracking-id"])
    assert (event["status"], event["inputTokens"], event["outputTokens"]) == (status, 0, 0)


@pytest.mark.parametrize(
    ("model", "said"), [("demo-error-midstream", "The server had an error"), ("demo-cut", "Demo service error")]
)
def test_a_stream_that_breaks_is_the_sdks_own_exception(client, alice, ended_event, model, said):
    with client.responses.with_streaming_response.create(model=model, input=QUESTION, stream=True) as raw:
        with pytest.raises(openai.APIError, match=said):
            list(raw.parse())
        tracking_id = raw.headers["x-fluxgate-tracking-id"]
    event = ended_event(alice, tracking_id)
    assert event["status"] == "ERROR"
    assert event["outputTokens"] > 0


def test_a_cut_stream_ends_in_the_error_event_that_is_documented(alice):
    with alice.by_key() as program:
        answer = program.post("/v1/responses", json={"model": "demo-cut", "input": QUESTION, "stream": True})
    assert "event: error\n" in answer.text
    told = events(answer.text)[-1]
    assert (told["type"], told["code"], told["param"]) == ("error", "server_error", None)
    assert told["message"] == told["error"]["message"]


def test_a_stream_without_an_end_is_recorded_as_truncated(alice, ended_event):
    with alice.by_key() as program:
        answer = program.post("/v1/responses", json={"model": "demo-truncated", "input": QUESTION, "stream": True})
    event = ended_event(alice, answer.headers["x-fluxgate-tracking-id"])
    assert (event["status"], event["errorType"]) == ("ERROR", "truncated")


@pytest.mark.parametrize(("model", "status"), [("demo-max-tokens", "MAX_TOKENS"), ("demo-refusal", "CONTENT_FILTER")])
def test_an_incomplete_response_is_recorded_by_its_reason(client, alice, ended_event, model, status):
    raw = client.responses.with_raw_response.create(model=model, input=QUESTION)
    assert raw.parse().status == "incomplete"
    assert ended_event(alice, raw.headers["x-fluxgate-tracking-id"])["status"] == status
