"""A question, answered piece by piece, by each vendor's official SDK."""

import asyncio
import time
from contextlib import aclosing, suppress

import pytest

from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.completion_stream import CompletionStream
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.errors import Invalid, ProviderFailed
from fluxgate_app.tracking import Status

from .conftest import socket_closed, until

VENDORS = ["openai", "anthropic", "google"]


def asking(model: str | None = None, provider: str = "openai") -> ChatRequest:
    return ChatRequest([ChatMessage("user", "What is TCP?")], model=model, provider=provider)


@pytest.mark.parametrize("provider", VENDORS)
async def test_an_answer_comes_in_pieces_and_is_recorded(completions: Completions, calls, provider):
    async with aclosing(completions.stream(asking(provider=provider))) as stream:
        pieces = [piece async for piece in stream]
    assert len(pieces) > 5 and all(pieces)
    assert "TCP" in "".join(pieces)
    (start,), (end,) = calls.started_calls, calls.ended_calls
    assert (start.context.feature, start.is_streamed) == ("streaming-chat", True)
    assert stream.finish is end.status is Status.SUCCESS
    assert stream.usage == end.usage
    assert stream.tracking and stream.tracking.tracking_id == stream.tracking_id == start.tracking_id
    assert stream.tracking.latency_in_ms == end.latency_in_ms


async def test_its_event_is_known_with_the_first_piece_and_its_cost_at_the_end(completions: Completions, calls):
    stream = completions.stream(asking())
    assert stream.tracking_id is None and calls.started_calls == []
    await stream.open()
    assert stream.tracking_id == calls.started_calls[0].tracking_id
    assert (stream.tracking, stream.usage, stream.finish) == (None, None, None)
    text = "".join([piece async for piece in stream])
    assert text.startswith("The short answer")
    assert stream.tracking is not None


@pytest.mark.parametrize("provider", VENDORS)
@pytest.mark.parametrize(
    ("model", "message", "code"),
    [
        ("demo-rate-limited", "Rate limit exceeded. Please try again later.", "rate_limited"),
        ("demo-unauthorized", "Invalid API key", "invalid_api_key"),
    ],
)
async def test_what_fails_before_the_first_piece_fails_at_opening(
    completions: Completions, provider, model, message, code
):
    stream = completions.stream(asking(model, provider))
    with pytest.raises(ProviderFailed) as failed:
        await stream.open()
    assert (failed.value.message, failed.value.code) == (message, code)
    assert failed.value.tracking_id == stream.tracking_id


async def test_an_unknown_model_fails_at_opening(completions: Completions, calls):
    with pytest.raises(Invalid, match="Unknown model"):
        await completions.stream(asking("nothing-serves-this", provider="google")).open()
    assert calls.started_calls == []


@pytest.mark.parametrize("provider", VENDORS)
@pytest.mark.parametrize(
    ("model", "message", "code"),
    [
        ("demo-error-midstream", "{} service error. Please try again.", "service_error"),
        ("demo-cut", "Failed to process request", "connection"),
        ("demo-truncated", "Failed to process request", "truncated"),
    ],
)
async def test_what_fails_midway_is_never_a_clean_end(completions: Completions, provider, model, message, code):
    stream, pieces = completions.stream(asking(model, provider)), []
    with pytest.raises(ProviderFailed) as failed:
        async for piece in stream:
            pieces.append(piece)
    title = {"openai": "OpenAI", "anthropic": "Anthropic", "google": "Gemini"}[provider]
    assert "".join(pieces)
    assert (failed.value.status, failed.value.message) == (500, message.format(title))
    assert failed.value.code == code
    assert stream.finish is Status.ERROR


@pytest.mark.parametrize("provider", VENDORS)
async def test_a_provider_that_falls_silent_is_given_up(impatient: Completions, provider):
    stream = impatient.stream(asking("demo-stall", provider))
    with pytest.raises(ProviderFailed, match=r"service error\. Please try again\.$") as failed:
        async for _ in stream:
            pass
    assert failed.value.code == "timeout"
    assert stream.finish is Status.TIMEOUT


@pytest.mark.parametrize("provider", VENDORS)
async def test_closing_it_closes_the_providers_socket_at_once(completions: Completions, asked, provider):
    stream = completions.stream(asking("demo-8kb", provider))
    await stream.open()
    closing = time.monotonic()
    await stream.aclose()
    assert await socket_closed(asked()) - closing < 0.2
    assert stream.finish is Status.CANCELLED


@pytest.mark.parametrize("provider", VENDORS)
async def test_cancelling_who_reads_closes_the_providers_socket_at_once(completions: Completions, asked, provider):
    stream = completions.stream(asking("demo-stall", provider))
    pieces = list[str]()
    reading = asyncio.create_task(consume(stream, pieces))
    await until(lambda: pieces)
    closing = time.monotonic()
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading
    assert await socket_closed(asked()) - closing < 0.2
    assert stream.finish is Status.CANCELLED


async def test_one_connection_serves_one_question_after_the_other(completions: Completions, demo):
    for _ in range(2):
        await consume(completions.stream(asking("demo-fast")))
    first, second = list(demo.requests)[-2:]
    await completions.close()
    await until(lambda: second.closed_at)
    assert first.closed_at is None, "the first question's connection was not the second one's"


async def consume(stream: CompletionStream, pieces: list[str] | None = None) -> None:
    async for piece in stream:
        if pieces is not None:
            pieces.append(piece)
