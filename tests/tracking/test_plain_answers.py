"""An answer that comes whole: the vendor's own object, with its tracking beside it."""

from decimal import Decimal

from fluxgate_app.tracking import Status, tracking_of


async def test_it_is_the_vendors_own_object(caller):
    caller.wire.says(caller.reply("answer.json"))
    bare, tracked = await caller.ask(caller.bare, stream=False), await caller.ask(stream=False)
    assert type(tracked) is type(bare)
    assert tracked == bare
    assert tracked.model_dump_json() == bare.model_dump_json()
    assert repr(tracked) == repr(bare)


async def test_it_is_recorded_and_carries_its_tracking(caller):
    caller.wire.says(caller.reply("answer.json"))
    answer = await caller.ask(stream=False)
    end = caller.sink.end
    cost = {"anthropic": Decimal("0.00516"), "gemini": Decimal("0.00055")}.get(caller.vendor, Decimal("0.0025"))
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens, end.cost) == (Status.SUCCESS, 1000, 100, cost)
    assert (end.streaming_duration_in_ms, caller.sink.starts[0].is_streamed) == (None, False)
    assert end.latency_in_ms > 0
    assert answer.fluxgate_cost_tracking_response is tracking_of(answer)
    assert tracking_of(answer).tracking_id == end.tracking_id
    assert tracking_of(answer).cost == cost


async def test_what_is_not_tracked_has_no_tracking(caller):
    caller.wire.says(caller.reply("answer.json"))
    assert tracking_of(await caller.ask(caller.bare, stream=False)) is None


async def test_a_body_that_is_no_answer_is_an_error(make):
    caller = make("openai")
    caller.wire.says(b"data: a page of another server")
    assert isinstance(await caller.ask(stream=False), str)
    assert (caller.sink.end.status, caller.sink.end.error_type) == (Status.ERROR, "truncated")
