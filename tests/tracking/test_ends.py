"""However a stream ends, that is one event, with the right status, what was used, and the caller's own exception."""

import asyncio
import gc
import threading
import traceback
from contextlib import aclosing, closing
from decimal import Decimal

import httpx2
import pytest

from fluxgate_app.tracking import CostSource, Status

# What "How hot is boiling water?" is estimated at where it was not counted: six tokens, for Anthropic a fifth more.
ASKED = {"openai": 6, "responses": 6, "anthropic": 8, "gemini": 7}
# When "Water boils", two tokens of OpenAI's, has come: OpenAI counted nothing, Anthropic the input, Gemini both so far.
# (input, output, cost)
HALF = {
    "openai": (6, 2, Decimal("0.000035")),
    "responses": (6, 2, Decimal("0.000035")),
    "anthropic": (1000, 3, Decimal("0.003705")),
    "gemini": (1000, 80, Decimal("0.0005")),
}


def assert_half(caller, status):
    end = caller.sink.end
    assert end.status is status
    assert (end.usage.input_tokens, end.usage.output_tokens, end.cost) == HALF[caller.vendor]
    assert end.cost_source is CostSource.ESTIMATED
    assert 0 < end.latency_in_ms <= end.streaming_duration_in_ms


async def test_closed_in_the_middle(caller):
    stream = await caller.half()
    await caller.close(stream)
    assert_half(caller, Status.CANCELLED)
    assert stream.fluxgate_cost_tracking_response.status is Status.CANCELLED
    assert await caller.wire.hung_up()


async def test_left_as_a_context_manager(caller):
    stream = await caller.half()
    if caller.is_async:
        async with stream as entered:
            assert entered is stream
    else:
        with stream as entered:
            assert entered is stream
    assert_half(caller, Status.CANCELLED)
    assert await caller.wire.hung_up()


async def test_left_by_an_exception_of_the_consumer(caller):
    stream = await caller.half()
    with pytest.raises(KeyError):
        if caller.is_async:
            async with aclosing(stream):
                raise KeyError
        else:
            with closing(stream):
                raise KeyError
    assert_half(caller, Status.CANCELLED)
    assert await caller.wire.hung_up()


async def test_dropped_and_collected(caller):
    stream = await caller.half()
    del stream
    gc.collect()
    await caller.recorded()
    assert_half(caller, Status.CANCELLED)
    # Gemini's async SDK ties its connection into a cycle that takes another round of collection to find.
    assert await caller.wire.hung_up() or (caller.vendor, caller.is_async) == ("gemini", True)


async def test_dropped_inside_a_lock_of_the_sink(make):
    caller = make("openai")
    lock, sink = threading.Lock(), caller.sink
    record = sink.ended

    def ended(start, end):
        with lock:
            record(start, end)

    sink.ended = ended
    stream = await caller.half()
    with lock:
        del stream
        gc.collect()
    await caller.recorded()
    assert sink.end.status is Status.CANCELLED


async def test_a_break_may_be_followed_by_the_rest(caller):
    stream = await caller.half()
    assert caller.sink.ends == []
    await caller.drain(stream)
    assert caller.sink.end.status is Status.SUCCESS


async def test_closed_after_the_finish_reason_it_was_complete(caller):
    caller.wire.says(*caller.events("stream.sse"))
    stream = await caller.ask()
    # OpenAI's usage comes after its finish reason, so only there it is not known.
    await caller.take(stream, {"openai": 5, "responses": 11, "anthropic": 7, "gemini": 3}[caller.vendor])
    await caller.close(stream)
    end = caller.sink.end
    assert end.status is Status.SUCCESS
    assert end.cost_source is (CostSource.ESTIMATED if caller.vendor == "openai" else CostSource.COMPUTED)


async def test_never_pulled(caller):
    caller.wire.says(*caller.events("stream.sse"))
    await caller.close(await caller.ask())
    end = caller.sink.end
    assert (end.status, end.latency_in_ms) == (Status.CANCELLED, None)
    # Gemini's request leaves with the first pull: nothing was used.
    asked = len(caller.wire.requests)
    assert asked == (caller.vendor != "gemini")
    assert await caller.wire.hung_up() or not asked
    assert (end.usage.input_tokens, end.usage.output_tokens) == (ASKED[caller.vendor] * asked, 0)


async def test_its_task_cancelled(async_caller, patience):
    caller = async_caller
    events = caller.events("stream.sse")
    caller.wire.says(*events[: {"openai": 3, "responses": 6, "anthropic": 5, "gemini": 2}[caller.vendor]], patience)
    stream = await caller.ask()
    task = asyncio.create_task(caller.drain(stream))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert_half(caller, Status.CANCELLED)
    assert await caller.wire.hung_up()


@pytest.mark.parametrize("stream", [True, False])
async def test_its_task_cancelled_before_an_answer(async_caller, patience, stream):
    caller = async_caller
    caller.wire.says(patience)

    async def converse():
        await caller.drain(await caller.ask(stream=stream))

    task = asyncio.create_task(converse())
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    end = caller.sink.end
    # The request has left, so what was asked may be billed.
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (
        Status.CANCELLED,
        ASKED[caller.vendor],
        0,
    )
    assert end.cost_source is CostSource.ESTIMATED


async def failing(caller, client, stream=True):
    with pytest.raises(Exception) as caught:
        answer = await caller.ask(client, stream=stream)
        await caller.drain(answer)
    return caught.value


async def assert_raises_as_the_bare_client(caller, stream=True):
    bare, tracked = await failing(caller, caller.bare, stream), await failing(caller, caller.tracked, stream)
    assert (type(tracked), str(tracked)) == (type(bare), str(bare))


async def test_cut_without_a_finish_reason(caller):
    events = caller.events("stream.sse")
    caller.wire.says(*events[: {"openai": 3, "responses": 6, "anthropic": 5, "gemini": 2}[caller.vendor]])
    await caller.drain(await caller.ask())
    assert_half(caller, Status.ERROR)
    assert caller.sink.end.error_type == "truncated"


async def test_nothing_but_a_200(caller):
    caller.wire.says(b"data: [DONE]\n\n" if caller.vendor == "openai" else b"\n\n")
    assert await caller.drain(await caller.ask()) == []
    assert (caller.sink.end.status, caller.sink.end.error_type) == (Status.ERROR, "truncated")


@pytest.mark.parametrize("stream", [True, False])
async def test_refused_for_too_many_requests(caller, stream):
    caller.wire.says(caller.reply("rate_limited.json"), status=429)
    await assert_raises_as_the_bare_client(caller, stream)
    end = caller.sink.end
    assert end.status is Status.RATE_LIMITED
    assert (
        end.error_type
        == {
            "openai": "rate_limit_exceeded",
            "responses": "rate_limit_exceeded",
            "anthropic": "rate_limit_error",
            "gemini": "resource_exhausted",
        }[caller.vendor]
    )
    assert end.error_message.startswith(("Rate limit reached", "This request would", "You exceeded"))
    assert (end.usage.total_tokens, end.cost, end.cost_source) == (0, 0, CostSource.COMPUTED)


async def test_an_error_event_in_the_middle(caller):
    caller.wire.says(*caller.events("error.sse"))
    await assert_raises_as_the_bare_client(caller)
    end = caller.sink.end
    assert end.status is Status.ERROR
    assert (end.error_type, end.error_message) == {
        "openai": (
            "server_error",
            "The server had an error while processing your request. Sorry about that!",
        ),
        "responses": (
            "server_error",
            "The server had an error while processing your request. Sorry about that!",
        ),
        "anthropic": ("overloaded_error", "Overloaded"),
        "gemini": ("unavailable", "The model is overloaded. Please try again later."),
    }[caller.vendor]
    assert end.cost_source is CostSource.ESTIMATED
    assert end.usage.output_tokens >= 1


async def test_a_chunk_that_cannot_be_read(caller):
    caller.wire.says(*caller.events("broken.sse"))
    await assert_raises_as_the_bare_client(caller)
    end = caller.sink.end
    assert end.status is Status.ERROR
    assert end.error_type == ("unknown_api_response_error" if caller.vendor == "gemini" else "json_decode_error")
    # It would quote what it could not read.
    assert end.error_message is None


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (httpx2.ReadTimeout("The read operation timed out"), Status.TIMEOUT),
        (httpx2.RemoteProtocolError("peer closed connection without sending complete message body"), Status.ERROR),
    ],
    ids=["stalled", "reset"],
)
async def test_the_connection_fails_in_the_middle(caller, error, status):
    events = caller.events("stream.sse")
    caller.wire.says(*events[: {"openai": 3, "responses": 6, "anthropic": 5, "gemini": 2}[caller.vendor]], error)
    await assert_raises_as_the_bare_client(caller)
    assert_half(caller, status)


@pytest.mark.parametrize("stream", [True, False])
async def test_the_request_times_out(caller, stream):
    caller.wire.says(httpx2.ReadTimeout("The read operation timed out"))
    await assert_raises_as_the_bare_client(caller, stream)
    end = caller.sink.end
    assert (end.status, end.usage.input_tokens, end.cost_source) == (
        Status.TIMEOUT,
        ASKED[caller.vendor],
        CostSource.ESTIMATED,
    )


async def test_the_request_never_arrives(caller):
    caller.wire.says(httpx2.ConnectError("Connection refused"))
    await assert_raises_as_the_bare_client(caller)
    assert (caller.sink.end.status, caller.sink.end.cost) == (Status.ERROR, 0)


async def test_it_ends_once(caller):
    stream = await caller.half()
    await caller.close(stream)
    await caller.close(stream)
    del stream
    gc.collect()
    assert len(caller.sink.ends) == 1


@pytest.mark.parametrize("stream", [True, False])
async def test_the_vendor_breaks_before_the_first_token(caller, stream):
    caller.wire.says(b'{"error": {"message": "Down for a moment.", "status": "INTERNAL"}}', status=500)
    await assert_raises_as_the_bare_client(caller, stream)
    end = caller.sink.end
    assert (end.status, end.latency_in_ms is None) == (Status.ERROR, stream)
    assert (end.usage.total_tokens, end.cost) == (0, 0)


async def test_an_error_event_before_the_first_token(caller):
    caller.wire.says(caller.events("error.sse")[-1])
    await assert_raises_as_the_bare_client(caller)
    end = caller.sink.end
    assert (end.status, end.usage.output_tokens, end.latency_in_ms) == (Status.ERROR, 0, None)


async def test_an_error_event_after_the_last_token(caller):
    events = caller.events("stream.sse")
    last = {"openai": 4, "responses": 10, "anthropic": 7, "gemini": 2}[caller.vendor]
    caller.wire.says(*events[:last], caller.events("error.sse")[-1])
    await assert_raises_as_the_bare_client(caller)
    end = caller.sink.end
    assert (end.status, end.cost_source) == (Status.ERROR, CostSource.ESTIMATED)
    assert end.usage.output_tokens >= 2


STALLED = httpx2.ReadTimeout("The read operation timed out")
RESET = httpx2.RemoteProtocolError("peer closed connection without sending complete message body")
# What comes before the error: nothing, "Water boils", or all of it.
TOKENS = {
    "before": dict.fromkeys(("openai", "responses", "anthropic", "gemini"), 0),
    "between": {"openai": 3, "responses": 6, "anthropic": 5, "gemini": 2},
    "after": {"openai": 4, "responses": 10, "anthropic": 7, "gemini": 2},
}


@pytest.mark.parametrize("tokens", TOKENS)
@pytest.mark.parametrize("how", ["error", "malformed", "stalled", "reset"])
async def test_a_stream_that_breaks_is_one_event_and_the_bare_clients_exception(caller, how, tokens):
    breaks = {
        "error": caller.events("error.sse")[-1],
        "malformed": caller.events("broken.sse")[-1],
        "stalled": STALLED,
        "reset": RESET,
    }
    caller.wire.says(b"\n\n", *caller.events("stream.sse")[: TOKENS[tokens][caller.vendor]], breaks[how])
    bare, tracked = await failing(caller, caller.bare), await failing(caller, caller.tracked)
    assert (type(tracked), str(tracked)) == (type(bare), str(bare))
    assert (type(tracked.__cause__), type(tracked.__context__)) == (type(bare.__cause__), type(bare.__context__))
    frames = [[frame.name for frame in traceback.extract_tb(one.__traceback__)] for one in (bare, tracked)]
    assert frames[0][-1] == frames[1][-1]
    assert {"failing", "drain"} <= set(frames[1])
    assert caller.sink.end.status is (Status.TIMEOUT if how == "stalled" else Status.ERROR)
    assert caller.sink.end.tokens_estimated == ((how, tokens) != ("error", "before"))


@pytest.mark.parametrize("how", [STALLED, RESET], ids=["stalled", "reset"])
async def test_a_stream_whose_connection_broke_is_closed_upstream(caller, how):
    caller.wire.says(*caller.events("stream.sse")[: TOKENS["between"][caller.vendor]], how)
    stream = await caller.ask()
    with pytest.raises(Exception, match=r".*"):
        await caller.drain(stream)
    await caller.close(stream)
    assert await caller.wire.hung_up() or (caller.vendor, caller.is_async) == ("gemini", True)
    assert len(caller.sink.ends) == 1


async def test_dropped_before_it_was_ever_read(caller):
    caller.wire.says(*caller.events("stream.sse"))
    stream = await caller.ask()
    del stream
    gc.collect()
    await caller.recorded()
    assert (caller.sink.end.status, caller.sink.end.usage.output_tokens) == (Status.CANCELLED, 0)


async def test_an_exception_in_the_loop_of_the_consumer(caller):
    caller.wire.says(*caller.events("stream.sse"))

    async def consume():
        stream = await caller.ask()
        if caller.is_async:
            async for _ in stream:
                raise KeyError("mine")
        for _ in stream:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine") as caught:
        await consume()
    # The traceback holds the frame, and that the stream, until it is let go.
    del caught
    gc.collect()
    await caller.recorded()
    assert caller.sink.end.status is Status.CANCELLED
