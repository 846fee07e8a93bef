"""The built-in model really answers, through the official SDK."""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest

from fluxgate_app.providers.local import LOCAL_MODEL, LocalModel


@pytest.fixture(scope="module")
def local() -> Iterator[LocalModel]:
    model = LocalModel()
    yield model
    model.stop()


@pytest.fixture
async def client(local: LocalModel):
    async with openai.AsyncOpenAI(base_url=local.url, api_key=local.api_key, max_retries=0) as client:
        yield client


def messages(question: str) -> list:
    return [{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": question}]


def processor_seconds(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def ask(client: openai.AsyncOpenAI, question: str) -> tuple[str, openai.types.CompletionUsage]:
    text, usage = "", None
    stream = await client.chat.completions.create(
        model=LOCAL_MODEL,
        messages=messages(question),
        max_tokens=12,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    async for chunk in stream:
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        usage = chunk.usage or usage
    assert usage is not None
    return text, usage


async def test_it_answers_a_question(client):
    text, usage = await ask(client, "What is the capital of France?")
    assert "Paris" in text
    assert usage.prompt_tokens > 10
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


async def test_two_questions_are_answered_at_once(client):
    fruits, colours = await asyncio.gather(ask(client, "Name three fruits."), ask(client, "Name three colours."))
    assert fruits[0]
    assert colours[0]
    assert fruits[0] != colours[0]


async def test_it_stops_working_when_the_stream_is_closed(client, local):
    stream = await client.chat.completions.create(
        model=LOCAL_MODEL, messages=messages("Tell a long story."), max_tokens=2000, stream=True
    )
    async for _ in stream:
        break
    await stream.close()
    await asyncio.sleep(0.3)
    worked = processor_seconds(local._process.pid)
    await asyncio.sleep(0.3)
    assert processor_seconds(local._process.pid) - worked <= 0.02


async def test_it_refuses_a_prompt_that_is_too_long(client):
    with pytest.raises(openai.BadRequestError, match="exceeds the available context size"):
        await ask(client, "word " * 5000)


async def test_it_refuses_whoever_does_not_know_its_key(local):
    async with openai.AsyncOpenAI(base_url=local.url, api_key="wrong", max_retries=0) as stranger:
        with pytest.raises(openai.AuthenticationError):
            await ask(stranger, "Hi")


def test_it_starts_once_and_again_after_its_process_died_and_prints_nothing(capfd):
    model = LocalModel()
    try:
        first = model.url
        assert model.url == first
        model._process.kill()
        model._process.wait()
        assert model.url != first
    finally:
        model.stop()
    assert capfd.readouterr() == ("", "")


def test_it_starts_without_keeping_the_caller_waiting():
    model = LocalModel()
    began = time.monotonic()
    try:
        model.start()
        assert time.monotonic() - began < 0.5
    finally:
        model.stop()
