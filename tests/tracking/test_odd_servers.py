"""Servers that speak almost as OpenAI does: whatever they send, the call is one event that can be stored."""

import json

import pytest

from fluxgate_app.events.call import Call, from_json, to_json
from fluxgate_app.tracking import CostSource, Status


@pytest.fixture(params=["async", "sync"])
def caller(request, make):
    return make("openai", request.param == "async")


def chunk(choice, **more):
    told = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", "choices": [choice]} | more
    return b"data: %s\n\n" % json.dumps(told).encode()


def delta(finish_reason=None, **delta):
    return {"index": 0, "delta": delta, "finish_reason": finish_reason}


async def answered(caller, *chunks):
    caller.wire.says(*chunks)
    await caller.drain(await caller.ask())
    call = Call(caller.sink.starts[0], caller.sink.end)
    assert from_json(to_json(call)) == call
    return call.end


async def test_content_in_parts_is_read_thoughts_apart(caller):
    # https://docs.mistral.ai/capabilities/reasoning/
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Water "}]}
    parts = [thinking, {"type": "text", "text": "boils"}]
    caller.sink.keeps_content = True
    end = await answered(caller, chunk(delta(content=parts)), chunk(delta("stop")))
    assert (end.status, end.answer, end.usage.output_tokens) == (Status.SUCCESS, "boils", 2)
    assert end.cost_source is CostSource.ESTIMATED


async def test_arguments_of_a_tool_may_be_an_object(caller):
    function = {"name": "weather", "arguments": {"city": "Paris"}}
    called = [{"index": 0, "id": "a", "type": "function", "function": function}]
    end = await answered(caller, chunk(delta(tool_calls=called)), chunk(delta("tool_calls")))
    assert (end.status, end.usage.output_tokens) == (Status.SUCCESS, 2)


@pytest.mark.parametrize("name", [7, ["gpt-4o"]])
async def test_names_that_are_no_text_become_text(caller, name):
    end = await answered(caller, chunk(delta(content="Hot"), model=name), chunk(delta(7), model=name))
    assert (end.status, end.finish_reason, end.model_used) == (Status.ERROR, "7", str(name))
    # The price is found by the name that was asked for.
    assert end.cost is not None


async def test_names_may_be_left_out(caller):
    told = [{"choices": [delta(content="Hot")]}, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
    end = await answered(caller, *(b"data: %s\n\n" % json.dumps(one).encode() for one in told))
    assert (end.status, end.model_used, end.usage.output_tokens) == (Status.SUCCESS, None, 1)


async def test_so_they_may_in_a_whole_answer(caller):
    message = {"role": "assistant", "content": "Hot"}
    usage = {"prompt_tokens": 1000, "completion_tokens": 100}
    told = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}
    caller.wire.says(json.dumps(told).encode())
    await caller.ask(stream=False)
    assert (caller.sink.end.status, caller.sink.end.usage.total_tokens) == (Status.SUCCESS, 1100)


@pytest.mark.parametrize("is_async", [True, False])
async def test_and_of_a_response(make, is_async):
    caller = make("responses", is_async)
    content = [{"type": "output_text", "text": "Hot", "annotations": []}]
    output = [{"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": content}]
    usage = {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100}
    done = {"type": "response.completed", "response": {"status": "completed", "output": output, "usage": usage}}
    caller.wire.says(b"event: response.completed\ndata: %s\n\n" % json.dumps(done).encode())
    await caller.drain(await caller.ask())
    assert (caller.sink.end.status, caller.sink.end.usage.total_tokens) == (Status.SUCCESS, 1100)


async def test_a_usage_that_cannot_be_priced_still_ends_the_call(caller, monkeypatch):
    monkeypatch.setattr("fluxgate_app.tracking.settlement.terms_of", lambda *_: 1 / 0)
    end = await answered(caller, *caller.events("stream.sse"))
    assert (end.status, end.usage.input_tokens, end.cost_source) == (Status.SUCCESS, None, CostSource.UNPRICED)
    assert end.streaming_duration_in_ms > 0
