"""What a vendor tells beside its counts goes with the event, and into the price."""

import json
from decimal import Decimal

import pytest


def changed(reply: bytes, **fields) -> bytes:
    """A recorded answer with other fields."""
    return json.dumps({**json.loads(reply), **fields}).encode()


@pytest.mark.parametrize("vendor", ["openai"])
async def test_the_service_tier_of_openai(caller):
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    caller.wire.says(changed(caller.reply("answer.json"), usage=usage, service_tier="priority", model="gpt-4o"))
    await caller.ask(stream=False)
    assert caller.sink.end.captured == {"serviceTier": "priority"}
    assert caller.sink.end.cost == Decimal("0.00595")


@pytest.mark.parametrize("vendor", ["anthropic"])
async def test_tier_region_lifetime_and_searches_of_anthropic(caller):
    usage = {
        "input_tokens": 1000,
        "output_tokens": 100,
        "cache_creation_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 300},
        "service_tier": "priority",
        "inference_geo": "eu",
        "server_tool_use": {"web_search_requests": 2},
    }
    caller.wire.says(changed(caller.reply("answer.json"), usage=usage, model="claude-sonnet-4-6"))
    await caller.ask(stream=False)
    told = {"serviceTier": "priority", "region": "eu", "cacheTtl": "1h", "webSearches": 2}
    assert caller.sink.end.captured == told
    # 1000 at 3, 300 at 6 and 100 at 15 a million, and two searches at $10 a thousand.
    assert caller.sink.end.cost == Decimal("0.0263")


@pytest.mark.parametrize("vendor", ["gemini"])
@pytest.mark.parametrize(("model", "searches"), [("gemini-2.5-flash", 1), ("gemini-3-pro-preview", 2)])
async def test_searches_of_gemini(caller, model, searches):
    answer = json.loads(caller.reply("answer.json"))
    answer["candidates"][0]["groundingMetadata"] = {"webSearchQueries": ["a", "b"]}
    answer["modelVersion"] = model
    caller.wire.says(json.dumps(answer).encode())
    await caller.ask(stream=False)
    assert caller.sink.end.captured == {"webSearches": searches}


@pytest.mark.parametrize("vendor", ["openai", "responses", "gemini"])
async def test_a_total_that_is_not_the_sum_is_kept_and_shown(caller):
    answer = json.loads(caller.reply("answer.json"))
    answer["usageMetadata" if caller.vendor == "gemini" else "usage"] |= {"totalTokenCount": 1234, "total_tokens": 1234}
    caller.wire.says(json.dumps(answer).encode())
    await caller.ask(stream=False)
    assert caller.sink.end.captured["vendorTotalTokens"] == 1234


@pytest.mark.parametrize("vendor", ["openai"])
async def test_a_total_that_only_adds_the_reasoning_is_not_disputed(caller):
    reasoned = {"completion_tokens_details": {"reasoning_tokens": 200}}
    usage = {"prompt_tokens": 32, "completion_tokens": 9, "total_tokens": 241, **reasoned}
    caller.wire.says(changed(caller.reply("answer.json"), usage=usage))
    await caller.ask(stream=False)
    assert (caller.sink.end.usage.output_tokens, caller.sink.end.captured) == (209, None)


async def test_nothing_is_made_up(caller):
    caller.wire.says(caller.reply("stream.sse"))
    await caller.drain(await caller.ask())
    assert set(caller.sink.end.captured or {}) <= {"serviceTier", "cacheTtl", "region"}
