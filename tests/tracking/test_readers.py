"""The SDKs' own readers of a stream, such as `responses.stream` and `messages.stream`: drop-in, and recorded."""

import gc
from contextlib import AsyncExitStack, ExitStack

import pytest

from fluxgate_app.tracking import CostSource, Status

# How many events bring "Water boils".
HALF = {"openai": 5, "responses": 6, "anthropic": 6}


@pytest.fixture(params=["openai", "responses", "anthropic", "beta"])
def vendor(request):
    return request.param


def opening(caller, client=None, **more):
    client = client or caller.tracked
    if caller.vendor == "responses":
        return client.responses.stream(model="gpt-4o", input="How hot is boiling water?", **more)
    messages = [{"role": "user", "content": "How hot is boiling water?"}]
    if caller.vendor == "anthropic":
        owner = client.beta if caller.is_beta else client
        return owner.messages.stream(model="claude-sonnet-4-6", max_tokens=200, messages=messages, **more)
    return client.chat.completions.stream(model="gpt-4o", messages=messages, **more)


async def read(caller, client=None):
    """All events, the reader, and what it made of them."""
    if caller.is_async:
        async with opening(caller, client) as reader:
            events = await caller.drain(reader)
            return events, reader, await final(reader)
    with opening(caller, client) as reader:
        return await caller.drain(reader), reader, final(reader)


def final(reader):
    kinds = ("get_final_response", "get_final_completion", "get_final_message")
    return next(getattr(reader, kind)() for kind in kinds if hasattr(reader, kind))


async def half(caller, stack):
    """A reader that was opened and has brought "Water boils"."""
    caller.wire.says(*caller.events("stream.sse"))
    entered = opening(caller)
    reader = await stack.enter_async_context(entered) if caller.is_async else stack.enter_context(entered)
    await caller.take(reader, HALF[caller.vendor])
    return reader


def stack_of(caller):
    return AsyncExitStack() if caller.is_async else ExitStack()


async def leave(caller, stack):
    await stack.aclose() if caller.is_async else stack.close()


async def test_it_gives_the_same_events_as_the_bare_client(caller):
    caller.wire.says(caller.reply("stream.sse"))
    events, reader, whole = await read(caller, caller.bare)
    tracked_events, tracked_reader, tracked_whole = await read(caller)
    if caller.vendor == "openai":
        # The chunk of usage that nobody asked for is hidden.
        assert events.pop().snapshot.usage == whole.usage
        whole.usage = None
    assert [event.type for event in tracked_events] == [event.type for event in events]
    assert tracked_whole.model_dump() == whole.model_dump()
    assert isinstance(tracked_reader, type(reader))


async def test_it_is_recorded_and_carries_its_tracking(caller):
    caller.wire.says(caller.reply("stream.sse"))
    _, reader, _ = await read(caller)
    start, end = caller.sink.starts[0], caller.sink.end
    model = "claude-sonnet-4-6" if caller.vendor == "anthropic" else "gpt-4o"
    assert (start.is_streamed, start.model) == (True, model)
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.SUCCESS, 1000, 100)
    assert 0 < end.latency_in_ms <= end.streaming_duration_in_ms
    assert reader.fluxgate_cost_tracking_response.tracking_id == end.tracking_id == reader.fluxgate_tracking_id


async def test_it_carries_its_context(caller):
    caller.wire.says(caller.reply("stream.sse"))
    await read(caller, caller.tracked.with_context(feature="search"))
    assert caller.sink.starts[0].context.feature == "search"


async def test_what_was_not_given_is_not_kept_as_prompt(caller):
    caller.sink.keeps_content = True
    caller.wire.says(caller.reply("stream.sse"))
    await read(caller)
    assert "tools" not in caller.sink.end.prompt
    assert caller.sink.end.answer == "Water boils at 100 °C."


async def test_the_text_can_be_had_without_the_events(caller):
    caller.wire.says(caller.reply("stream.sse"))
    if caller.is_async:
        async with opening(caller) as reader:
            await reader.until_done()
    else:
        with opening(caller) as reader:
            reader.until_done()
    assert caller.sink.end.status is Status.SUCCESS
    assert reader.fluxgate_cost_tracking_response.status is Status.SUCCESS


async def test_left_in_the_middle(caller):
    stack = stack_of(caller)
    reader = await half(caller, stack)
    assert reader.fluxgate_cost_tracking_response is None
    await leave(caller, stack)
    end = caller.sink.end
    # Anthropic has counted what was asked; "Water boils" is two tokens, for Anthropic a fifth more.
    used = (1000, 3) if caller.vendor == "anthropic" else (6, 2)
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.CANCELLED, *used)
    assert end.cost_source is CostSource.ESTIMATED
    assert reader.fluxgate_cost_tracking_response.status is Status.CANCELLED
    assert await caller.wire.hung_up()


async def test_dropped_and_collected(caller):
    stack = stack_of(caller)
    reader = await half(caller, stack)
    stack.pop_all()
    del reader, stack
    gc.collect()
    await caller.recorded()
    assert caller.sink.end.status is Status.CANCELLED


async def test_refused_as_by_the_bare_client(caller):
    caller.wire.says(caller.reply("rate_limited.json"), status=429)
    raised = []
    for client in (caller.bare, caller.tracked):
        with pytest.raises(Exception) as caught:
            await read(caller, client)
        raised.append((type(caught.value), str(caught.value)))
    assert raised[0] == raised[1]
    assert (caller.sink.end.status, caller.sink.end.cost) == (Status.RATE_LIMITED, 0)


async def test_an_error_in_the_middle_is_raised_and_recorded(caller):
    caller.wire.says(*caller.events("error.sse"))
    with pytest.raises(Exception, match=r"The server had an error|Overloaded"):
        await read(caller)
    why = "overloaded_error" if caller.vendor == "anthropic" else "server_error"
    assert (caller.sink.end.status, caller.sink.end.error_type) == (Status.ERROR, why)


async def test_the_stream_of_an_answer_that_exists_is_not_tracked(make):
    caller = make("responses", is_async=False)
    caller.wire.says(caller.reply("stream.sse"))
    with caller.tracked.responses.stream(response_id="resp_1") as reader:
        assert reader.get_final_response().output_text == "Water boils at 100 °C."
    assert caller.sink.starts == []


@pytest.mark.parametrize("vendor", ["anthropic", "beta"])
async def test_the_text_alone_can_be_read(caller):
    caller.wire.says(caller.reply("stream.sse"))
    if caller.is_async:
        async with opening(caller) as reader:
            text = [piece async for piece in reader.text_stream]
    else:
        with opening(caller) as reader:
            text = list(reader.text_stream)
    assert "".join(text) == "Water boils at 100 °C."
    assert caller.sink.end.status is Status.SUCCESS
