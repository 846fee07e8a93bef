"""What vendors answered, kind by kind, as tokens and money, worked out by hand from their price pages."""

import inspect
from decimal import Decimal
from typing import NamedTuple

import pytest

from fluxgate_app.tracking import CostSource, Usage

from .conftest import REPLIES

# A million tokens of gpt-4o cost 2.5 in, 1.25 cached and 10 out; of claude-sonnet-4-6 3 in, 0.3 read from and 3.75 or 6
# written to the cache, 15 out; of gemini-2.5-flash 0.3 in, 0.03 cached and 2.5 out.
OPENAI = Usage(1000, 100, cached_tokens=800, reasoning_tokens=0, audio_tokens=0)
FRESH = Usage(1000, 100, cached_tokens=0, reasoning_tokens=0, audio_tokens=0)
RESPONSE = Usage(1000, 100, cached_tokens=800, reasoning_tokens=0)
CLAUDE = Usage(1000, 100, cached_tokens=200, cache_write_tokens=700, cache_write_1h_tokens=300)
CLAUDE_FRESH = Usage(1000, 100, cached_tokens=0, cache_write_tokens=0, cache_write_1h_tokens=0)
GEMINI = Usage(1000, 100, reasoning_tokens=40)
PRO = Usage(200_000, 1000, reasoning_tokens=400)


class Counted(NamedTuple):
    usage: Usage
    cost: str
    provider: str | None = None


COUNTED = {
    # 200 at 2.5, 800 at 1.25, 100 at 10.
    **dict.fromkeys(("answer.json", "stream.sse", "tools.json", "tools.sse"), Counted(OPENAI, "0.0025")),
    # 1 at 2.5, 1,152 at 1.25, 7 at 10.
    "cached.json": Counted(Usage(1153, 7, cached_tokens=1152, reasoning_tokens=0, audio_tokens=0), "0.0015125"),
    # Both choices together: 1,000 at 2.5, 100 at 10.
    "choices.sse": Counted(FRESH, "0.0035"),
    # 1,000 at 4.25, 100 at 17.
    "priority.json": Counted(FRESH, "0.00595"),
    # Text 400 at 2.5 and 20 at 10, sound 600 at 32 and 80 at 64.
    "audio.json": Counted(Usage(1000, 100, cached_tokens=0, reasoning_tokens=0, audio_tokens=680), "0.02552"),
    # OpenAI lists no model of the name that answered, so 40 and 30 by the one that was asked for.
    "reasoning.sse": Counted(Usage(40, 30, cached_tokens=0, reasoning_tokens=20), "0.0004"),
    # What the router says it has billed.
    "openrouter/answer.json": Counted(FRESH, "0.00355", "openrouter"),
    # 1,000 at 1.5, 100 at 2.
    **dict.fromkeys(("completions/answer.json", "completions/stream.sse"), Counted(Usage(1000, 100), "0.0017")),
    # 1,000 at 0.02.
    "embeddings/answer.json": Counted(Usage(1000, 0), "0.00002"),
    **{
        f"responses/{name}": Counted(RESPONSE, "0.0025")
        for name in ("answer.json", "stream.sse", "tools.sse", "incomplete.sse")
    },
    # 40 at 1.1, 30 at 4.4.
    "responses/reasoning.sse": Counted(Usage(40, 30, cached_tokens=0, reasoning_tokens=20), "0.000176"),
}
COUNTED = {
    **{f"openai/{name}": counted for name, counted in COUNTED.items()},
    # 100 at 3, 200 at 0.3, 400 at 3.75, 300 at 6, 100 at 15.
    **dict.fromkeys(
        ("anthropic/answer.json", "anthropic/stream.sse", "anthropic/tools.sse"), Counted(CLAUDE, "0.00516")
    ),
    "anthropic/thinking.sse": Counted(
        Usage(1000, 100, cached_tokens=200, cache_write_tokens=700, cache_write_1h_tokens=300, reasoning_tokens=80),
        "0.00516",
    ),
    # 105 at 3, 7,123 at 0.3, 239 at 15, and a search at $10 a thousand.
    "anthropic/search.json": Counted(
        Usage(7228, 239, cached_tokens=7123, cache_write_tokens=0, cache_write_1h_tokens=0), "0.0160369"
    ),
    # Half of 1,000 at 3 and 100 at 15.
    "anthropic/batch.json": Counted(CLAUDE_FRESH, "0.00225"),
    # 1,000 at 0.3, 100 at 2.5.
    **dict.fromkeys(
        ("gemini/answer.json", "gemini/stream.sse", "gemini/thinking.sse", "gemini/tools.sse"),
        Counted(GEMINI, "0.00055"),
    ),
    "gemini/blocked.sse": Counted(Usage(1000, 0), "0.0003"),
    # 1 at 0.3, 999 at 0.03, 100 at 2.5.
    "gemini/cached.json": Counted(Usage(1000, 100, cached_tokens=999), "0.00028027"),
    # 500 of text at 0.3 and 500 of sound at 1, 100 at 2.5.
    "gemini/audio.json": Counted(Usage(1000, 100, audio_tokens=500), "0.0009"),
    # 1,000 at 0.3, pictures among them; 10 of text at 2.5, and a picture of 1,290 at 30.
    "gemini/image.json": Counted(Usage(1000, 1300), "0.039025"),
    # 1,000 and 50 of what was found at 0.3, 100 at 2.5, and one grounded prompt at $35 a thousand.
    "gemini/search.json": Counted(Usage(1050, 100), "0.035565"),
    # Of gemini-2.5-pro up to 200,000 at 1.25 and 10; one more, and all of them cost 2.5 and 15.
    "gemini/200000.json": Counted(PRO, "0.26"),
    "gemini/200001.json": Counted(Usage(200_001, 1000, reasoning_tokens=400), "0.5150025"),
    # 1,000 at 0.15.
    "gemini/embed/answer.json": Counted(Usage(1000, 0), "0.00015"),
}
# Failures, which test_ends.py and others read; answers of clouds, which test_embeddings.py does; what nobody counted.
ELSEWHERE = ("broken", "error", "failed", "rate_limited", "unauthorized", "quoting", "no_usage", "uncounted", "vertex")


def test_every_reply_is_counted():
    names = {str(path.relative_to(REPLIES)) for path in REPLIES.rglob("*.*")}
    assert {name for name in names if not any(word in name for word in ELSEWHERE)} == set(COUNTED)


async def asked(caller, folder, stream):
    if folder == "completions":
        return caller.tracked.completions.create(model="gpt-3.5-turbo-instruct", prompt="How hot?", stream=stream)
    if folder == "embeddings":
        return caller.tracked.embeddings.create(model="text-embedding-3-small", input="How hot?")
    if folder == "embed":
        models = caller.tracked.aio.models if caller.is_async else caller.tracked.models
        return models.embed_content(model="gemini-embedding-001", contents="How hot?")
    return await caller.ask(stream=stream)


@pytest.mark.parametrize("is_async", [True, False], ids=["async", "sync"])
@pytest.mark.parametrize("name", COUNTED)
async def test_a_reply_is_worth_what_was_worked_out(make, name, is_async):
    usage, cost, provider = COUNTED[name]
    vendor, _, reply = name.partition("/")
    folder = reply.rpartition("/")[0]
    caller = make("responses" if folder == "responses" else vendor, is_async, provider=provider)
    caller.wire.says((REPLIES / name).read_bytes())
    streamed = name.endswith(".sse")
    answer = await asked(caller, folder, streamed)
    answer = await answer if inspect.isawaitable(answer) else answer
    if streamed:
        await caller.drain(answer)
    end = caller.sink.end
    assert (end.usage, end.cost) == (usage, Decimal(cost))
    assert end.cost_source is (CostSource.REPORTED if provider else CostSource.COMPUTED)
    assert not end.tokens_estimated
