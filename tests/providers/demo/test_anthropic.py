"""The official Anthropic SDK against the demo provider."""

import anthropic
import pytest

CALL = {
    "model": "claude-sonnet-4-6",
    "max_tokens": 1024,
    "system": "Be brief.",
    "messages": [{"role": "user", "content": "What is a websocket?"}],
}


def test_it_answers(anthropic_client):
    answer = anthropic_client.messages.create(**CALL)
    assert "**websocket**" in answer.content[0].text
    assert answer.stop_reason == "end_turn"
    assert answer.usage.input_tokens == 12
    assert answer.usage.output_tokens > 50


async def test_it_answers_async(async_anthropic):
    answer = await async_anthropic.messages.create(**CALL)
    assert answer.content[0].text


def test_it_streams_the_real_sequence_of_events(anthropic_client):
    events = list(anthropic_client.messages.create(**CALL, stream=True))
    kinds = [event.type for event in events]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert set(kinds[2:-3]) == {"content_block_delta"}
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert events[0].message.usage.input_tokens == 12
    assert events[-2].delta.stop_reason == "end_turn"
    assert events[-2].usage.output_tokens > 50


def test_it_sends_a_ping(anthropic_client):
    with anthropic_client.messages.with_streaming_response.create(**CALL, stream=True) as response:
        assert "event: ping" in list(response.iter_lines())


async def test_its_stream_adds_up_to_the_same_answer(async_anthropic):
    whole = await async_anthropic.messages.create(**CALL)
    async with async_anthropic.messages.stream(**CALL) as stream:
        streamed = await stream.get_final_message()
    assert streamed.content[0].text == whole.content[0].text
    assert streamed.usage.output_tokens == whole.usage.output_tokens


async def test_it_answers_beta_messages(async_anthropic):
    answer = await async_anthropic.beta.messages.create(**CALL)
    assert answer.content[0].text


def test_it_honours_the_token_limit(anthropic_client):
    answer = anthropic_client.messages.create(**CALL | {"max_tokens": 7})
    assert answer.usage.output_tokens == 7
    assert answer.stop_reason == "max_tokens"


def test_it_refuses_a_request_without_a_question(anthropic_client):
    with pytest.raises(anthropic.BadRequestError):
        anthropic_client.messages.create(**CALL | {"messages": []})
