"""Closing a stream closes the vendor's connection at once, over a real socket: nothing more is generated or billed."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fluxgate_app.tracking import Status, track_anthropic, track_gemini, track_openai

REPLIES = Path(__file__).parent.parent / "replies"
FOLDERS = {"responses": "openai/responses"}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
IN_TIME = 0.2


@pytest.fixture(params=["openai", "responses", "anthropic", "gemini"])
def vendor(request):
    return request.param


@asynccontextmanager
async def endless_server(vendor):
    """Says half an answer and then nothing; gives its URL and an event for when the client has gone."""
    gone = asyncio.Event()
    events = (REPLIES / FOLDERS.get(vendor, vendor) / "stream.sse").read_bytes().split(b"\n\n")
    half = b"\n\n".join(events[: {"openai": 3, "responses": 6, "anthropic": 5, "gemini": 2}[vendor]]) + b"\n\n"

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + half)
        await writer.drain()
        while await reader.read(65536):
            pass
        gone.set()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", gone


@pytest.fixture
def ask(vendor, sink, request):
    """One streamed question to a server at this URL."""
    # google-genai closes a client's connections when the client is collected, so it is kept as long as the test.
    kept = request.node.stash.setdefault(pytest.StashKey(), [])

    def ask(url, is_async):
        client = bare_client(vendor, url, is_async)
        kept.append(client)
        return question(vendor, client, sink, is_async)

    return ask


def bare_client(vendor, url, is_async):
    if vendor in ("openai", "responses"):
        from openai import AsyncOpenAI, OpenAI

        return (AsyncOpenAI if is_async else OpenAI)(api_key="k", base_url=url)
    if vendor == "anthropic":
        from anthropic import Anthropic, AsyncAnthropic

        return (AsyncAnthropic if is_async else Anthropic)(api_key="k", base_url=url)
    from google.genai import Client

    return Client(api_key="k", http_options={"base_url": url})


def question(vendor, client, sink, is_async):
    messages = [{"role": "user", "content": "Why?"}]
    if vendor == "responses":
        return track_openai(client, sink=sink).responses.create(model="gpt-4o", input="Why?", stream=True)
    if vendor == "openai":
        create = track_openai(client, sink=sink).chat.completions.create
        return create(model="gpt-4o", messages=messages, stream=True)
    if vendor == "anthropic":
        create = track_anthropic(client, sink=sink).messages.create
        return create(model="claude-sonnet-4-6", max_tokens=9, messages=messages, stream=True)
    tracked = track_gemini(client, sink=sink)
    models = tracked.aio.models if is_async else tracked.models
    return models.generate_content_stream(model="gemini-2.5-flash", contents="Why?")


FIRST = {"openai": 2, "responses": 3, "anthropic": 3, "gemini": 1}


async def test_an_async_stream_that_is_closed(vendor, ask, sink):
    async with endless_server(vendor) as (url, gone):
        stream = await ask(url, is_async=True)
        for _ in range(FIRST[vendor]):
            await anext(stream)
        await stream.close()
        await asyncio.wait_for(gone.wait(), IN_TIME)
    assert sink.end.status is Status.CANCELLED
    assert sink.starts[0].endpoint_host == url.removeprefix("http://")


async def test_an_async_stream_whose_task_is_cancelled(vendor, ask, sink):
    reading = asyncio.Event()
    async with endless_server(vendor) as (url, gone):

        async def consume():
            async with await ask(url, is_async=True) as stream:
                async for _ in stream:
                    reading.set()

        task = asyncio.create_task(consume())
        await asyncio.wait_for(reading.wait(), 10)
        task.cancel()
        await asyncio.wait_for(gone.wait(), IN_TIME)
        with pytest.raises(asyncio.CancelledError):
            await task
    assert sink.end.status is Status.CANCELLED


async def test_a_sync_stream_that_is_closed(vendor, ask, sink):
    def read_a_little(url):
        with ask(url, is_async=False) as stream:
            for _ in range(FIRST[vendor]):
                next(stream)

    async with endless_server(vendor) as (url, gone):
        await asyncio.to_thread(read_a_little, url)
        await asyncio.wait_for(gone.wait(), IN_TIME)
    assert sink.end.status is Status.CANCELLED
