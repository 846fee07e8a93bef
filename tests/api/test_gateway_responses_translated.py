"""OpenAI's Responses API for a model whose vendor does not have it: translated, for the official SDK to read."""

import openai
import pytest

LISTED = [
    {"role": "developer", "content": "Be brief."},
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "type": "message", "content": [{"type": "output_text", "text": "Hi.", "annotations": []}]},
    {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed"},
    {
        "role": "user",
        "content": [{"type": "input_text", "text": t} for t in ("What is a token?", "In a word.")],
    },
]
FOREIGN = ["claude-sonnet-4-6", "gemini-2.5-pro", "plain/gpt-4o"]


@pytest.fixture(scope="module")
def plain(start_api, api):
    """An API with an endpoint that has chat completions alone, and somebody with a key to it."""
    demo = api.wiring.demo
    demo.start()
    endpoint = {"name": "plain", "baseUrl": demo.openai_url, "models": ["gpt-4o"]}
    return start_api(endpoints=[endpoint]).person("carol")


@pytest.fixture
def client(plain):
    with openai.OpenAI(base_url=f"{plain.url}/v1", api_key=plain.key, max_retries=0) as client:
        yield client


@pytest.mark.parametrize("model", FOREIGN)
def test_a_response_is_answered_by_another_vendor(client, model):
    answer = client.responses.create(model=model, instructions="Be kind.", input=LISTED, max_output_tokens=999)
    assert (answer.model, answer.status, answer.error) == (model, "completed", None)
    assert "**token**" in answer.output_text
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens > 0
    assert (answer.instructions, answer.max_output_tokens) == ("Be kind.", 999)


@pytest.mark.parametrize("model", FOREIGN)
def test_it_is_streamed_by_another_vendor(client, model):
    whole = client.responses.create(model=model, input="What is a token?")
    events = list(client.responses.create(model=model, input="What is a token?", stream=True))
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == whole.output_text == events[-1].response.output_text
    assert events[-1].response.usage == whole.usage
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_the_events_come_in_the_order_that_is_documented(client):
    events = list(client.responses.create(model="claude-sonnet-4-6", input="What is a token?", stream=True))
    kinds = [event.type.removeprefix("response.") for event in events]
    assert kinds[:4] == ["created", "in_progress", "output_item.added", "content_part.added"]
    assert kinds[-4:] == ["output_text.done", "content_part.done", "output_item.done", "completed"]
    assert set(kinds[4:-4]) == {"output_text.delta"}


@pytest.mark.parametrize("model", FOREIGN)
def test_the_sdks_own_reader_reads_it(client, model):
    with client.responses.stream(model=model, input="What is a token?") as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        assert stream.get_final_response().output_text == text


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_that_reached_its_limit_is_incomplete(client, stream):
    asked = {"model": "claude-sonnet-4-6", "input": "What is a token?", "max_output_tokens": 5}
    if stream:
        last = list(client.responses.create(**asked, stream=True))[-1]
        assert last.type == "response.incomplete"
    answer = last.response if stream else client.responses.create(**asked)
    assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert answer.output[0].status == "incomplete"


def test_it_is_recorded_as_what_the_vendor_was_asked(alice, ended_event):
    with openai.OpenAI(base_url=f"{alice.url}/v1", api_key=alice.key) as client:
        raw = client.responses.with_raw_response.create(
            model="claude-sonnet-4-6", input="Hi", user="u_1", metadata={"team": "blue"}
        )
    event = ended_event(alice, raw.headers["x-fluxgate-tracking-id"])
    assert (event["provider"], event["model"], event["status"]) == ("anthropic", "claude-sonnet-4-6", "SUCCESS")
    assert (event["feature"], event["user"], event["metadata"]) == ("gateway", "u_1", {"team": "blue"})
    assert event["outputTokens"] == raw.parse().usage.output_tokens


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("previous_response_id", "resp_1"),
        ("store", True),
        ("background", True),
        ("conversation", "conv_1"),
        ("prompt", {"id": "pmpt_1"}),
        ("top_logprobs", 3),
        ("tools", [{"type": "web_search"}]),
        ("instructions", 7),
    ],
)
def test_what_cannot_be_translated_is_refused_by_name(client, name, value):
    with pytest.raises(openai.BadRequestError, match=name):
        client.responses.create(model="claude-sonnet-4-6", input="Hi", extra_body={name: value})


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        7,
        [],
        [7],
        [{"role": "assistant", "content": "Hi"}],
        [{"role": "user", "content": 7}],
        [{"role": [], "content": "Hi"}],
        [{"role": "user", "content": [{"type": "input_file", "file_id": "file_1"}]}],
        [{"role": "user", "content": [{"type": "input_image", "file_id": "file_1"}]}],
        [{"role": "user", "content": [{"type": [], "text": "Hi"}]}],
        [{"type": "item_reference", "id": "msg_1"}],
        [{"type": "function_call", "name": "look"}],
        [{"type": "function_call_output", "output": "x"}],
        [{"type": {}}],
    ],
)
def test_an_input_that_cannot_be_translated_is_a_400(alice, demo, wrong):
    demo.requests.clear()
    with alice.by_key() as program:
        answer = program.post("/v1/responses", json={"model": "claude-sonnet-4-6", "input": wrong})
    assert answer.status_code == 400
    assert "'input" in answer.json()["error"]["message"]
    assert not demo.requests


def test_a_refusal_of_the_other_vendor_is_the_sdks_own_exception(client):
    with pytest.raises(openai.RateLimitError) as raised:
        client.responses.create(model="anthropic/demo-rate-limited", input="Hi")
    assert raised.value.response.headers["retry-after"] == "20"


def test_a_stream_that_breaks_is_the_sdks_own_exception(client):
    stream = client.responses.create(model="anthropic/demo-cut", input="Hi", stream=True)
    with pytest.raises(openai.APIError, match="Failed to process request"):
        list(stream)
