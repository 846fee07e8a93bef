"""The official OpenAI SDK's Responses API against the demo provider."""

import openai
import pytest

QUESTION = [{"role": "user", "content": [{"type": "input_text", "text": "What is a websocket?"}]}]
ASKED = {"model": "gpt-4o", "instructions": "Be brief.", "input": QUESTION}


def test_it_answers(openai_client):
    answer = openai_client.responses.create(**ASKED)
    assert "**websocket**" in answer.output_text
    assert (answer.status, answer.model, answer.incomplete_details) == ("completed", "gpt-4o", None)
    assert answer.usage.input_tokens == 12
    assert answer.usage.output_tokens > 50
    assert answer.usage.total_tokens == 12 + answer.usage.output_tokens


def test_it_answers_a_string(openai_client):
    assert "**websocket**" in openai_client.responses.create(model="gpt-4o", input="What is a websocket?").output_text


def test_it_streams_the_same_answer(openai_client):
    whole = openai_client.responses.create(**ASKED)
    events = list(openai_client.responses.create(**ASKED, stream=True))
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == whole.output_text == events[-1].response.output_text
    assert events[-1].response.usage == whole.usage
    assert [event.sequence_number for event in events] == list(range(len(events)))


async def test_the_sdks_own_reader_reads_it(async_openai):
    async with async_openai.responses.stream(**ASKED) as stream:
        text = "".join([event.delta async for event in stream if event.type == "response.output_text.delta"])
        response = await stream.get_final_response()
    assert response.output_text == text


def test_it_honours_the_token_limit(openai_client):
    answer = openai_client.responses.create(**ASKED, max_output_tokens=7)
    assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert answer.usage.output_tokens == 7


@pytest.mark.parametrize(
    ("model", "reason"), [("demo-max-tokens", "max_output_tokens"), ("demo-refusal", "content_filter")]
)
def test_an_incomplete_stream_says_why(openai_client, model, reason):
    last = list(openai_client.responses.create(model=model, input=QUESTION, stream=True))[-1]
    assert (last.type, last.response.incomplete_details.reason) == ("response.incomplete", reason)


def test_a_truncated_stream_ends_without_a_reason(openai_client):
    events = list(openai_client.responses.create(model="demo-truncated", input=QUESTION, stream=True))
    assert events[-1].type == "response.output_text.delta"


def test_an_error_in_mid_stream_raises(openai_client):
    with pytest.raises(openai.APIError, match="The server had an error"):
        list(openai_client.responses.create(model="demo-error-midstream", input=QUESTION, stream=True))


def test_a_cut_stream_raises(openai_client):
    with pytest.raises(openai.APIConnectionError):
        list(openai_client.responses.create(model="demo-cut", input=QUESTION, stream=True))


@pytest.mark.parametrize("wrong", [7, [], [7], [{"role": "assistant", "content": "Hi"}]])
def test_it_refuses_an_input_without_a_question(openai_client, wrong):
    with pytest.raises(openai.BadRequestError):
        openai_client.responses.create(model="gpt-4o", input=wrong)
