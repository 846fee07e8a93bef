"""OpenAI's legacy completions: text goes in, text comes out."""

import json
from decimal import Decimal

import pytest

from fluxgate_app.tracking import CostSource, Status, Usage


@pytest.fixture(params=["async", "sync"])
def caller(request, make):
    return make("openai", request.param == "async")


async def complete(caller, client=None, **more):
    model = "gpt-3.5-turbo-instruct"
    answer = (client or caller.tracked).completions.create(model=model, prompt="How hot is boiling water?", **more)
    return await answer if caller.is_async else answer


async def test_a_stream_is_recorded_and_given_as_by_the_bare_client(caller):
    caller.sink.keeps_content = True
    caller.wire.says(*caller.events("completions/stream.sse"))
    bare = await caller.drain(await complete(caller, caller.bare, stream=True))
    stream = await complete(caller, stream=True)
    # The chunk of usage that nobody asked for is hidden.
    assert await caller.drain(stream) == bare[:-1]
    start, end = caller.sink.starts[0], caller.sink.end
    assert (start.kind, start.model, start.is_streamed) == ("completion", "gpt-3.5-turbo-instruct", True)
    assert json.loads(caller.wire.requests[-1].content)["stream_options"] == {"include_usage": True}
    assert (end.status, end.finish_reason, end.usage) == (Status.SUCCESS, "stop", Usage(1000, 100))
    # 1.5 and 2 USD a million.
    assert (end.cost, end.cost_source) == (Decimal("0.0017"), CostSource.COMPUTED)
    assert 0 < end.latency_in_ms <= end.streaming_duration_in_ms
    assert json.loads(end.prompt) == {"prompt": "How hot is boiling water?"}
    assert end.answer == "Water boils at 100 °C."
    assert stream.fluxgate_cost_tracking_response.tracking_id == end.tracking_id


async def test_a_plain_answer_is_recorded_and_carries_its_tracking(caller):
    caller.wire.says(caller.reply("completions/answer.json"))
    answer = await complete(caller)
    end = caller.sink.end
    assert answer.choices[0].text == "Water boils at 100 °C."
    assert (end.status, end.usage, end.cost) == (Status.SUCCESS, Usage(1000, 100), Decimal("0.0017"))
    assert answer.fluxgate_cost_tracking_response.cost == end.cost


async def test_closed_in_the_middle_it_is_estimated(caller):
    caller.wire.says(*caller.events("completions/stream.sse"))
    stream = await complete(caller, stream=True)
    await caller.take(stream, 2)
    await caller.close(stream)
    end = caller.sink.end
    # "How hot is boiling water?" and "Water boils".
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.CANCELLED, 6, 2)
    assert end.cost_source is CostSource.ESTIMATED
    assert await caller.wire.hung_up()


async def test_cut_without_a_finish_reason_it_is_an_error(caller):
    caller.wire.says(*caller.events("completions/stream.sse")[:2])
    await caller.drain(await complete(caller, stream=True))
    assert (caller.sink.end.status, caller.sink.end.error_type) == (Status.ERROR, "truncated")
