"""However the network cuts a stream into pieces, its event is the same; and wherever it ends, it is one event."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME = {"tracking_id": "", "latency_in_ms": 0, "streaming_duration_in_ms": 0}


quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def fresh(vendor, make):
    """The same caller for each example, which has asked nothing yet."""
    caller = make(vendor)

    def fresh():
        caller.sink.starts.clear()
        caller.sink.ends.clear()
        return caller

    return fresh


@pytest.mark.parametrize("name", ["stream.sse", "tools.sse"])
@quick
@given(data=st.data())
async def test_any_splitting_gives_the_same_event(fresh, name, data):
    caller = fresh()
    body = caller.reply(name)
    cuts = data.draw(st.lists(st.integers(1, len(body) - 1), max_size=8).map(sorted))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    for wire in ([body], [piece for piece in pieces if piece]):
        caller.wire.says(*wire)
        await caller.drain(await caller.ask())
    whole, split = (replace(end, **SAME) for end in caller.sink.ends)
    assert split == whole


@quick
@given(data=st.data())
async def test_a_stream_that_ends_anywhere_is_one_event_whose_counts_hold(fresh, data):
    caller = fresh()
    body = caller.reply("stream.sse")
    caller.wire.says(body[: data.draw(st.integers(1, len(body)))])
    # Where a chunk is cut, some of the SDKs say so.
    with suppress(Exception):
        await caller.drain(await caller.ask())
    end = caller.sink.end
    usage = end.usage
    assert usage.input_tokens >= (usage.cached_tokens or 0) + (usage.cache_write_tokens or 0)
    assert 100 >= usage.output_tokens >= (usage.reasoning_tokens or 0)
    assert end.cost >= 0
    assert end.tokens_estimated == (end.cost_source == "estimated")
    assert end.tokens_estimated or (usage.input_tokens, usage.output_tokens) == (1000, 100)
