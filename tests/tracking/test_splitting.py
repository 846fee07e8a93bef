"""However the network cuts a stream into pieces, its event is the same."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME = {"tracking_id": "", "latency_in_ms": 0, "streaming_duration_in_ms": 0}


@pytest.mark.parametrize("name", ["stream.sse", "tools.sse"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_splitting_gives_the_same_event(vendor, make, name, data):
    caller = make(vendor)
    caller.sink.starts.clear()
    caller.sink.ends.clear()
    body = caller.reply(name)
    cuts = data.draw(st.lists(st.integers(1, len(body) - 1), max_size=8).map(sorted))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    for wire in ([body], [piece for piece in pieces if piece]):
        caller.wire.says(*wire)
        await caller.drain(await caller.ask())
    whole, split = (replace(end, **SAME) for end in caller.sink.ends)
    assert split == whole
