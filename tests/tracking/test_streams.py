"""A stream is consumed: the caller gets what the bare client gives, the record says what it used."""

from decimal import Decimal

from fluxgate_app.tracking import CostSource, Status, Usage

# 1,000 tokens in and 100 out by each vendor's own counting; prices per million of gpt-4o (2.5, cached 1.25, 10),
# claude-sonnet-4-6 (3, read 0.3, written 3.75 or 6, 15) and gemini-2.5-flash (0.3, 2.5), worked out by hand.
COUNTED = {
    "openai": (
        Usage(1000, 100, cached_tokens=800, reasoning_tokens=0, audio_tokens=0),
        Decimal("0.0025"),
        "gpt-4o-2024-08-06",
    ),
    "responses": (Usage(1000, 100, cached_tokens=800, reasoning_tokens=0), Decimal("0.0025"), "gpt-4o-2024-08-06"),
    "anthropic": (
        Usage(1000, 100, cached_tokens=200, cache_write_tokens=700, cache_write_1h_tokens=300),
        Decimal("0.00516"),
        "claude-sonnet-4-6",
    ),
    "gemini": (Usage(1000, 100, reasoning_tokens=40), Decimal("0.00055"), "gemini-2.5-flash"),
}

THOUGHTFUL = {
    "openai": "reasoning.sse",
    "responses": "reasoning.sse",
    "anthropic": "thinking.sse",
    "gemini": "thinking.sse",
}


async def test_it_gives_the_same_chunks_as_the_bare_client(caller):
    caller.wire.says(caller.reply("stream.sse"))
    bare = await caller.drain(await caller.ask(caller.bare))
    tracked = await caller.drain(await caller.ask())
    assert bare[: len(tracked)] == tracked
    # The chunk of usage that nobody asked for is hidden.
    assert len(bare) - len(tracked) == (caller.vendor == "openai")


async def test_it_records_what_the_vendor_counted(caller):
    caller.wire.says(caller.reply("stream.sse"))
    stream = await caller.ask()
    assert stream.fluxgate_cost_tracking_response is None
    await caller.drain(stream)
    usage, cost, model = COUNTED[caller.vendor]
    end = caller.sink.end
    assert (end.status, end.usage, end.cost, end.model_used) == (Status.SUCCESS, usage, cost, model)
    assert (end.cost_source, end.price_version) == (CostSource.COMPUTED, "genai-prices 0.2.3")
    assert end.raw_usage
    assert end.error_type is end.error_message is end.prompt is end.answer is None


async def test_the_stream_carries_its_tracking_when_it_ended(caller):
    caller.wire.says(caller.reply("stream.sse"))
    stream = await caller.ask()
    tracking_id = stream.fluxgate_tracking_id
    await caller.drain(stream)
    tracking, start, end = stream.fluxgate_cost_tracking_response, caller.sink.starts[0], caller.sink.end
    assert tracking.tracking_id == tracking_id == start.tracking_id == end.tracking_id
    assert tracking.tracking_id.startswith("evt_")
    assert (tracking.status, tracking.cost, tracking.created_at) == (end.status, end.cost, start.created_at)
    assert (tracking.usage, tracking.cost_source) == (end.usage, end.cost_source)


async def test_it_records_the_start_before_the_request_leaves(caller):
    caller.wire.says(caller.reply("stream.sse"))
    known: list[int] = []
    caller.wire.on_request = lambda: known.append(len(caller.sink.starts))
    await caller.drain(await caller.ask())
    assert known == [1]
    start = caller.sink.starts[0]
    kind = "response" if caller.vendor == "responses" else "chat"
    assert (start.kind, start.is_streamed, start.origin, start.attempt) == (kind, True, "real", 1)
    assert start.created_at.tzinfo is not None
    assert (start.provider, start.model) == {
        "openai": ("openai", "gpt-4o"),
        "responses": ("openai", "gpt-4o"),
        "anthropic": ("anthropic", "claude-sonnet-4-6"),
        "gemini": ("google", "gemini-2.5-flash"),
    }[caller.vendor]


async def test_reasoning_is_counted_within_the_output(caller):
    caller.wire.says(caller.reply(THOUGHTFUL[caller.vendor]))
    await caller.drain(await caller.ask())
    usage = caller.sink.end.usage
    expected = {"anthropic": (1000, 100, 80), "gemini": (1000, 100, 40)}.get(caller.vendor, (40, 30, 20))
    assert (usage.input_tokens, usage.output_tokens, usage.reasoning_tokens) == expected


async def test_a_tool_call_is_an_answer(caller):
    caller.wire.says(caller.reply("tools.sse"))
    await caller.drain(await caller.ask())
    end = caller.sink.end
    assert (end.status, end.usage.output_tokens, end.cost_source) == (Status.SUCCESS, 100, CostSource.COMPUTED)
    assert (
        end.finish_reason
        == {"openai": "tool_calls", "responses": "completed", "anthropic": "tool_use", "gemini": "STOP"}[caller.vendor]
    )


async def test_without_a_sink_the_cost_is_still_known(vendor, make):
    caller = make(vendor, sink=None)
    caller.wire.says(caller.reply("stream.sse"))
    stream = await caller.ask()
    await caller.drain(stream)
    assert stream.fluxgate_cost_tracking_response.cost == COUNTED[caller.vendor][1]
    assert caller.sink.starts == []


async def test_a_sink_that_keeps_content_gets_prompt_and_answer(caller):
    caller.sink.keeps_content = True
    caller.wire.says(caller.reply(THOUGHTFUL[caller.vendor]))
    await caller.drain(await caller.ask())
    assert caller.sink.end.answer == "100 °C"
    assert "How hot is boiling water?" in caller.sink.end.prompt


async def test_a_sink_that_fails_is_not_noticed(caller, caplog, monkeypatch):
    monkeypatch.setattr(type(caller.sink), "started", property(lambda self: 1 / 0))
    monkeypatch.setattr(type(caller.sink), "ended", property(lambda self: 1 / 0))
    caller.wire.says(caller.reply("stream.sse"))
    stream = await caller.ask()
    assert await caller.drain(stream)
    assert stream.fluxgate_cost_tracking_response.cost == COUNTED[caller.vendor][1]
    assert ["could not be recorded" in record.message for record in caplog.records] == [True, True]
