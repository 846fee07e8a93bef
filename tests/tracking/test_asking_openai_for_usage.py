"""OpenAI counts a stream only when asked; who did not ask does not notice that we did."""

import json
from decimal import Decimal

import pytest

from fluxgate_app.tracking import CostSource, openai
from fluxgate_app.tracking.record import Status


@pytest.fixture(autouse=True)
def nobody_refused_before(monkeypatch):
    monkeypatch.setattr(openai, "_refusing", set())


@pytest.fixture(params=["async", "sync"])
def caller(request, make):
    return make("openai", request.param == "async")


async def create(caller, **more):
    answer = caller.tracked.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Why?"}], stream=True, **more
    )
    return await answer if caller.is_async else answer


def asked(request):
    return json.loads(request.content).get("stream_options")


async def test_it_asks_and_hides_what_comes_of_it(caller):
    caller.wire.says(caller.reply("stream.sse"))
    chunks = await caller.drain(await create(caller))
    assert asked(caller.wire.requests[0]) == {"include_usage": True}
    assert all(chunk.choices for chunk in chunks)
    assert caller.sink.end.cost == Decimal("0.0025")


async def test_who_asks_gets_the_chunk(caller):
    caller.wire.says(caller.reply("stream.sse"))
    chunks = await caller.drain(await create(caller, stream_options={"include_usage": True}))
    assert chunks[-1].usage.total_tokens == 1100
    assert caller.sink.end.cost == Decimal("0.0025")


async def test_other_stream_options_stay(caller):
    caller.wire.says(caller.reply("stream.sse"))
    await caller.drain(await create(caller, stream_options={"include_obfuscation": False}))
    assert asked(caller.wire.requests[0]) == {"include_obfuscation": False, "include_usage": True}


async def test_who_asks_in_the_extra_body_gets_the_chunk(caller):
    caller.wire.says(caller.reply("stream.sse"))
    chunks = await caller.drain(await create(caller, extra_body={"stream_options": {"include_usage": True}}))
    assert chunks[-1].usage.total_tokens == 1100


async def test_other_stream_options_in_the_extra_body_stay(caller):
    caller.wire.says(caller.reply("stream.sse"))
    extra = {"stream_options": {"include_obfuscation": False}, "top_k": 3}
    chunks = await caller.drain(await create(caller, extra_body=extra))
    assert asked(caller.wire.requests[0]) == {"include_obfuscation": False, "include_usage": True}
    assert json.loads(caller.wire.requests[0].content)["top_k"] == 3
    assert extra == {"stream_options": {"include_obfuscation": False}, "top_k": 3}
    assert all(chunk.choices for chunk in chunks)


async def test_who_declines_is_not_overruled(caller):
    caller.wire.says(caller.reply("uncounted.sse"))
    await caller.drain(await create(caller, stream_options={"include_usage": False}))
    assert asked(caller.wire.requests[0]) == {"include_usage": False}
    assert caller.sink.end.cost_source is CostSource.ESTIMATED


async def test_a_plain_answer_is_not_asked_for_it(caller):
    caller.wire.says(caller.reply("answer.json"))
    await caller.ask(stream=False)
    assert asked(caller.wire.requests[0]) is None


async def test_a_server_that_refuses_is_asked_plainly_and_remembered(caller):
    def answer_what_is_asked():
        if asked(caller.wire.requests[-1]):
            caller.wire.says(caller.reply("no_usage_please.json"), status=400)
        else:
            caller.wire.says(caller.reply("uncounted.sse"))

    caller.wire.on_request = answer_what_is_asked
    chunks = await caller.drain(await create(caller))
    assert (
        "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "Water boils at 100 °C."
    )
    assert len(caller.wire.requests) == 2
    end = caller.sink.end
    # "Why?" and "Water boils at 100 °C."
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.SUCCESS, 2, 8)
    assert (end.cost, end.cost_source) == (Decimal("0.000085"), CostSource.ESTIMATED)
    await caller.drain(await create(caller))
    assert len(caller.wire.requests) == 3


async def test_usage_beside_the_finish_reason_is_taken(caller):
    caller.wire.says(caller.reply("reasoning.sse"))
    chunks = await caller.drain(await create(caller))
    assert chunks[-1].usage.total_tokens == 70
    assert caller.sink.end.usage.total_tokens == 70


async def test_chunks_without_choices_or_usage_reach_the_caller(caller):
    caller.wire.says(caller.reply("uncounted.sse"))
    chunks = await caller.drain(await create(caller))
    assert [len(chunk.choices) for chunk in chunks] == [0, 1, 1, 1, 0]
