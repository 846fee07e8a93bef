"""The server itself: where it runs, what it keeps of each request, how soon it notices that a client left."""

import asyncio
import threading
import time
from collections.abc import Callable

import openai
import pytest

from fluxgate_app.providers.demo import DemoServer

MESSAGES = [{"role": "user", "content": "What is a websocket?"}]


async def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 2
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


def demo_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "demo-provider"}


def test_it_starts_and_stops_at_once_beside_other_servers():
    before = demo_threads()
    began = time.monotonic()
    with DemoServer() as one, DemoServer() as other:
        assert one.url != other.url
        assert len(demo_threads() - before) == 2
    assert time.monotonic() - began < 0.5
    assert demo_threads() <= before


def test_it_starts_once_and_again_after_a_stop():
    server = DemoServer()
    server.start()
    url = server.url
    server.start()
    assert server.url == url
    server.stop()
    server.stop()
    server.start()
    with openai.OpenAI(base_url=server.openai_url, api_key="key") as client:
        assert client.models.list().data
    server.stop()


def test_it_stops_in_the_middle_of_answers():
    server = DemoServer(pace=0)
    server.start()
    with openai.OpenAI(base_url=server.openai_url, api_key="key", max_retries=0) as client:
        stream = client.chat.completions.create(model="demo-stall", messages=MESSAGES, stream=True)
        next(stream)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 0.5
        stream.close()


async def test_it_keeps_what_it_was_asked_without_credentials(async_openai, demo):
    demo.requests.clear()
    await async_openai.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, temperature=0.5, extra_headers={"x-trace": "1"}
    )
    await until(lambda: demo.requests[0].end)
    record = demo.requests[0]
    assert (record.method, record.path, record.model) == ("POST", "/v1/chat/completions", "gpt-4o")
    assert record.body["temperature"] == 0.5
    assert record.headers["x-trace"] == "1"
    assert "authorization" not in record.headers
    assert record.end == "answered"
    assert record.started_at <= record.ended_at
    assert record.closed_at is None


async def test_it_knows_the_model_that_gemini_names_in_the_path(async_gemini, demo):
    await async_gemini.models.generate_content(model="gemini-2.5-flash", contents="Hi")
    assert demo.requests[-1].model == "gemini-2.5-flash"


@pytest.mark.parametrize("model", ["gpt-4o", "demo-stall", "demo-slow"])
async def test_it_notices_within_200_ms_that_the_client_left(model):
    with DemoServer() as server:
        async with openai.AsyncOpenAI(base_url=server.openai_url, api_key="key") as client:
            stream = await client.chat.completions.create(model=model, messages=MESSAGES, stream=True)
            await anext(stream)
            await asyncio.sleep(0.1)
            left = time.monotonic()
            await stream.close()
            await until(lambda: server.requests[0].end)
    assert server.requests[0].end == "client left"
    assert 0 <= server.requests[0].closed_at - left < 0.2


async def test_it_tells_a_connection_that_it_dropped_itself(async_openai, demo):
    demo.requests.clear()
    with pytest.raises(openai.APIConnectionError):
        await async_openai.with_options(max_retries=0).chat.completions.create(model="demo-cut", messages=MESSAGES)
    await until(lambda: demo.requests[0].closed_at)
    assert demo.requests[0].end == "dropped"


async def test_it_writes_at_its_rate_to_several_at_once():
    async def seconds(client: openai.AsyncOpenAI) -> float:
        began = time.monotonic()
        stream = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True, max_tokens=40)
        async for _ in stream:
            pass
        return time.monotonic() - began

    with DemoServer() as server:
        async with openai.AsyncOpenAI(base_url=server.openai_url, api_key="key") as client:
            took = await asyncio.gather(*(seconds(client) for _ in range(5)))
    assert all(0.6 < each < 2.0 for each in took)
