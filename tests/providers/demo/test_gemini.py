"""The official Gemini SDK against the demo provider."""

import pytest
from google.genai import errors

CALL = {"model": "gemini-2.5-pro", "contents": "What is a websocket?"}


def test_it_answers(gemini_client):
    answer = gemini_client.models.generate_content(**CALL, config={"system_instruction": "Be brief."})
    assert "**websocket**" in answer.text
    assert answer.candidates[0].finish_reason == "STOP"
    assert answer.model_version == "gemini-2.5-pro"
    assert answer.usage_metadata.prompt_token_count == 12
    assert answer.usage_metadata.total_token_count == 12 + answer.usage_metadata.candidates_token_count


def test_it_streams_the_usage_so_far_in_every_chunk(gemini_client):
    chunks = list(gemini_client.models.generate_content_stream(**CALL))
    counts = [chunk.usage_metadata.candidates_token_count for chunk in chunks]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert [chunk.candidates[0].finish_reason for chunk in chunks][-2:] == [None, "STOP"]


async def test_its_stream_adds_up_to_the_same_answer(async_gemini):
    whole = await async_gemini.models.generate_content(**CALL)
    chunks = [chunk async for chunk in await async_gemini.models.generate_content_stream(**CALL)]
    assert "".join(chunk.text for chunk in chunks) == whole.text


async def test_it_answers_the_last_turn_of_a_chat(async_gemini):
    chat = async_gemini.chats.create(model="gemini-2.5-pro")
    await chat.send_message("What is a websocket?")
    answer = await chat.send_message("What is a database index?")
    assert "**database index**" in answer.text


def test_it_honours_the_token_limit(gemini_client):
    answer = gemini_client.models.generate_content(**CALL, config={"max_output_tokens": 7})
    assert answer.usage_metadata.candidates_token_count == 7
    assert answer.candidates[0].finish_reason == "MAX_TOKENS"


def test_it_refuses_a_request_without_a_question(gemini_client):
    with pytest.raises(errors.ClientError, match="400 INVALID_ARGUMENT"):
        gemini_client.models.generate_content(
            model="gemini-2.5-pro", contents=[{"role": "model", "parts": [{"text": "Hi"}]}]
        )


def test_it_answers_the_beta_version_of_the_api(gemini_client):
    beta = {"http_options": {"api_version": "v1beta"}}
    assert gemini_client.models.generate_content(**CALL, config=beta).text
    assert list(gemini_client.models.generate_content_stream(**CALL, config=beta))
