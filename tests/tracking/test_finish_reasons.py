"""Each vendor's finish reasons as the status of a call (spec section 2, "How a call ends")."""

import pytest

OPENAI = {
    "stop": "SUCCESS",
    "tool_calls": "SUCCESS",
    "function_call": "SUCCESS",
    "length": "MAX_TOKENS",
    "content_filter": "CONTENT_FILTER",
    "repetition": "ERROR",
}
RESPONSES = {
    "completed": "SUCCESS",
    "cancelled": "CANCELLED",
    "failed": "ERROR",
    "asleep": "ERROR",
}
INCOMPLETE = {
    "max_output_tokens": "MAX_TOKENS",
    "content_filter": "CONTENT_FILTER",
    "boredom": "ERROR",
}
ANTHROPIC = {
    "end_turn": "SUCCESS",
    "stop_sequence": "SUCCESS",
    "tool_use": "SUCCESS",
    "pause_turn": "SUCCESS",
    "max_tokens": "MAX_TOKENS",
    "model_context_window_exceeded": "MAX_TOKENS",
    "refusal": "BLOCKED",
    "boredom": "ERROR",
}
GEMINI = {
    "STOP": "SUCCESS",
    "SAFETY": "BLOCKED",
    "BLOCKLIST": "BLOCKED",
    "PROHIBITED_CONTENT": "BLOCKED",
    "SPII": "BLOCKED",
    "IMAGE_SAFETY": "BLOCKED",
    "MAX_TOKENS": "MAX_TOKENS",
    "RECITATION": "RECITATION",
    "LANGUAGE": "CONTENT_FILTER",
    "MALFORMED_FUNCTION_CALL": "MALFORMED_REQUEST",
    "OTHER": "ERROR",
}
CASES = [
    (vendor, usual, reason, status)
    for vendor, usual, table in (
        ("openai", "stop", OPENAI),
        ("responses", "completed", RESPONSES),
        ("anthropic", "end_turn", ANTHROPIC),
        ("gemini", "STOP", GEMINI),
    )
    for reason, status in table.items()
]


@pytest.mark.parametrize("name", ["stream.sse", "answer.json"])
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_finish_reason_is_a_status(make, case, name):
    vendor, usual, reason, status = case
    caller = make(vendor)
    caller.wire.says(caller.reply(name).replace(f'"{usual}"'.encode(), f'"{reason}"'.encode()))
    streamed = name == "stream.sse"
    answer = await caller.ask(stream=streamed)
    if streamed:
        await caller.drain(answer)
    end = caller.sink.end
    assert (end.status, end.finish_reason) == (status, reason)
    assert end.error_type == ("finish_reason" if status == "ERROR" else None)
    assert end.usage.total_tokens == 1100


@pytest.mark.parametrize(("reason", "status"), INCOMPLETE.items())
async def test_an_incomplete_response_says_why(make, reason, status):
    caller = make("responses")
    caller.wire.says(caller.reply("incomplete.sse").replace(b'"max_output_tokens"}', f'"{reason}"}}'.encode()))
    await caller.drain(await caller.ask())
    end = caller.sink.end
    assert (end.status, end.finish_reason, end.usage.total_tokens) == (status, reason, 1100)


async def test_an_incomplete_response_that_does_not_say_why_is_an_error(make):
    caller = make("responses")
    told = b'"incomplete_details":{"reason":"max_output_tokens"}'
    caller.wire.says(caller.reply("incomplete.sse").replace(told, b'"incomplete_details":null'))
    await caller.drain(await caller.ask())
    assert (caller.sink.end.status, caller.sink.end.finish_reason) == ("ERROR", "incomplete")


async def test_a_prompt_that_gemini_blocks(make):
    caller = make("gemini")
    caller.wire.says(caller.reply("blocked.sse"))
    await caller.drain(await caller.ask())
    end = caller.sink.end
    assert (end.status, end.finish_reason, end.latency_in_ms) == ("BLOCKED", "PROHIBITED_CONTENT", None)
    assert (end.usage.input_tokens, end.usage.output_tokens, end.cost_source) == (1000, 0, "computed")


async def test_a_missing_done_after_a_finish_reason_is_a_normal_end(make):
    caller = make("openai")
    caller.wire.says(*caller.events("stream.sse")[:-1])
    await caller.drain(await caller.ask())
    assert caller.sink.end.status == "SUCCESS"
