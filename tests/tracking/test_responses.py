"""OpenAI's Responses API, where it differs from chat completions."""

import json

import pytest

from fluxgate_app.tracking import CostSource, Status


@pytest.fixture(params=["async", "sync"])
def caller(request, make):
    return make("responses", request.param == "async")


async def test_a_response_that_failed_is_an_error_with_its_reason(caller):
    caller.wire.says(*caller.events("failed.sse"))
    events = await caller.drain(await caller.ask())
    end = caller.sink.end
    assert events[-1].type == "response.failed"
    assert (end.status, end.finish_reason, end.error_type) == (Status.ERROR, "failed", "server_error")
    assert end.error_message == "The model failed to generate a response."
    assert (end.usage.output_tokens, end.cost_source) == (2, CostSource.ESTIMATED)


async def test_closed_after_it_failed_it_has_failed(caller):
    caller.wire.says(*caller.events("failed.sse"))
    stream = await caller.ask()
    await caller.take(stream, 6)
    await caller.close(stream)
    assert (caller.sink.end.status, caller.sink.end.error_type) == (Status.ERROR, "server_error")


async def test_a_whole_response_that_failed_is_an_error_with_its_reason(caller):
    failed = json.loads(caller.reply("answer.json")) | {
        "status": "failed",
        "error": {"code": "rate_limit_exceeded", "message": "Slow down."},
    }
    caller.wire.says(json.dumps(failed).encode())
    await caller.ask(stream=False)
    end = caller.sink.end
    assert (end.status, end.error_type, end.error_message) == (
        Status.RATE_LIMITED,
        "rate_limit_exceeded",
        "Slow down.",
    )
    assert (end.usage.total_tokens, end.cost_source) == (1100, CostSource.COMPUTED)


async def test_the_error_event_as_it_is_documented_is_an_error(caller):
    # The SDK hands it to the caller and raises nothing.
    caller.wire.says(*caller.events("documented_error.sse"))
    events = await caller.drain(await caller.ask())
    assert events[-1].type == "error"
    assert (caller.sink.end.status, caller.sink.end.error_type) == (Status.ERROR, "server_error")
    assert caller.sink.end.error_message.startswith("The server had an error")


async def test_a_response_left_to_the_background_went_well(caller):
    queued = json.loads(caller.reply("answer.json")) | {"status": "queued", "output": [], "usage": None}
    caller.wire.says(json.dumps(queued).encode())
    await caller.ask(stream=False)
    assert (caller.sink.end.status, caller.sink.end.finish_reason) == (Status.SUCCESS, "queued")


async def test_text_refusal_reasoning_and_tools_of_a_whole_response_are_heard(caller):
    caller.sink.keeps_content = True
    output = [
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}]},
        {"type": "function_call", "id": "fc_1", "call_id": "c_1", "name": "look", "arguments": '{"at": 1}'},
        {
            "type": "message",
            "id": "msg_1",
            "status": "completed",
            "role": "assistant",
            "content": [
                {"type": "output_text", "text": "Hot. ", "annotations": []},
                {"type": "refusal", "refusal": "No more."},
            ],
        },
    ]
    uncounted = json.loads(caller.reply("answer.json")) | {"output": output, "usage": None}
    caller.wire.says(json.dumps(uncounted).encode())
    await caller.ask(stream=False)
    end = caller.sink.end
    assert end.answer == "Hot. No more."
    # Reasoning, a call and text together.
    assert (end.usage.output_tokens, end.cost_source) == (13, CostSource.ESTIMATED)


async def test_what_was_asked_is_kept_where_it_is_wanted(caller):
    caller.sink.keeps_content = True
    caller.wire.says(caller.reply("answer.json"))
    answer = caller.tracked.responses.create(model="gpt-4o", instructions="Be brief.", input="Why?")
    if caller.is_async:
        await answer
    assert json.loads(caller.sink.end.prompt) == {"instructions": "Be brief.", "input": "Why?"}
