"""The official OpenAI SDK against the demo provider."""

import openai
import pytest

QUESTION = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is a websocket?"}]


def test_it_answers(openai_client):
    answer = openai_client.chat.completions.create(model="gpt-4o", messages=QUESTION)
    assert "**websocket**" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == "gpt-4o"
    assert answer.usage.prompt_tokens == 16
    assert answer.usage.completion_tokens > 50
    assert answer.usage.total_tokens == 16 + answer.usage.completion_tokens


def test_it_streams_the_same_answer(openai_client):
    whole = openai_client.chat.completions.create(model="gpt-4o", messages=QUESTION)
    chunks = list(openai_client.chat.completions.create(model="gpt-4o", messages=QUESTION, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks][-2:] == [None, "stop"]
    assert all(chunk.usage is None for chunk in chunks)


async def test_it_streams_usage_in_one_last_chunk_when_asked(async_openai):
    stream = await async_openai.chat.completions.create(
        model="gpt-4o", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == sum(1 for c in chunks if c.choices and c.choices[0].delta.content)
    assert all(chunk.usage is None for chunk in chunks[:-1])


async def test_it_answers_async(async_openai):
    answer = await async_openai.chat.completions.create(model="gpt-4o", messages=QUESTION)
    assert answer.choices[0].message.content


def test_it_answers_the_last_of_several_turns(openai_client):
    turns = [
        *QUESTION,
        {"role": "assistant", "content": "A connection."},
        {"role": "user", "content": [{"type": "text", "text": "What is a database index?"}]},
    ]
    answer = openai_client.chat.completions.create(model="gpt-4o", messages=turns)
    assert "**database index**" in answer.choices[0].message.content


@pytest.mark.parametrize("option", ["max_tokens", "max_completion_tokens"])
def test_it_honours_the_token_limit(openai_client, option):
    answer = openai_client.chat.completions.create(model="gpt-4o", messages=QUESTION, **{option: 7})
    assert answer.usage.completion_tokens == 7
    assert answer.choices[0].finish_reason == "length"


@pytest.mark.parametrize("encoding", [{}, {"encoding_format": "float"}])
def test_it_embeds_texts_that_share_words_near_each_other(openai_client, encoding):
    texts = ["reset my password", "my password reset", "weather in Paris"]
    answer = openai_client.embeddings.create(model="text-embedding-3-small", input=texts, **encoding)
    one, near, far = (item.embedding for item in answer.data)
    assert len(one) == 1536
    assert sum(a * b for a, b in zip(one, near, strict=True)) > 0.9
    assert sum(a * b for a, b in zip(one, far, strict=True)) < 0.5
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == 14


def test_it_embeds_one_text_in_the_size_asked_for(openai_client):
    answer = openai_client.embeddings.create(model="text-embedding-3-large", input="hello", dimensions=256)
    assert [len(item.embedding) for item in answer.data] == [256]


def test_it_lists_its_models(openai_client):
    names = [model.id for model in openai_client.models.list()]
    assert {"gpt-4o", "claude-sonnet-4-6", "gemini-2.5-pro", "demo-slow"} <= set(names)


def test_it_refuses_a_request_without_messages(openai_client):
    with pytest.raises(openai.BadRequestError):
        openai_client.chat.completions.create(model="gpt-4o", messages=[])


def test_it_refuses_to_embed_nothing(openai_client):
    with pytest.raises(openai.BadRequestError):
        openai_client.embeddings.create(model="text-embedding-3-small", input="")


def test_it_refuses_an_unknown_path(openai_client):
    with pytest.raises(openai.NotFoundError):
        openai_client.post("/nothing", cast_to=object, body={})
