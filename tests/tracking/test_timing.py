"""When a call began, when its first content came, and how long all of it took (spec section 2, "Timing")."""

import pytest

from fluxgate_app.tracking import Context, Owner, anthropic, gemini, openai
from fluxgate_app.tracking.client import Client
from fluxgate_app.tracking.line import Line, party

VENDORS = {"openai": openai.VENDOR, "responses": openai.VENDOR, "anthropic": anthropic.VENDOR, "gemini": gemini.VENDOR}


class Clock:
    """A clock that goes only when told; in seconds, as `time.perf_counter`."""

    now = 1000.0

    def __call__(self):
        return self.now

    def goes(self, ms):
        def go():
            self.now += ms / 1000

        return go


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def timed(caller, clock):
    vendor = VENDORS[caller.vendor]
    line = Line(party(vendor, caller.bare, None), None, caller.sink, "real", Owner(), clock=clock)
    caller.tracked = Client(caller.bare, vendor, line, Context())
    return caller


# How many events come before each stream's first content.
BEFORE = {
    "openai": {"stream.sse": 1, "tools.sse": 0, "reasoning.sse": 1},
    "responses": {"stream.sse": 4, "tools.sse": 2, "reasoning.sse": 4},
    "anthropic": {"stream.sse": 3, "tools.sse": 1, "thinking.sse": 2},
    "gemini": {"stream.sse": 0, "tools.sse": 0, "thinking.sse": 0},
}


@pytest.mark.parametrize("kind", [0, 1, 2], ids=["text", "tool call", "reasoning"])
async def test_latency_ends_with_the_first_content_and_not_the_first_byte(timed, clock, kind):
    name, before = list(BEFORE[timed.vendor].items())[kind]
    events = timed.events(name)
    timed.wire.on_request = clock.goes(100)
    timed.wire.says(*events[:before], clock.goes(50), events[before], clock.goes(300), *events[before + 1 :])
    await timed.drain(await timed.ask())
    assert timed.sink.end.latency_in_ms == pytest.approx(150)
    assert timed.sink.end.streaming_duration_in_ms == pytest.approx(450)


async def test_a_plain_answer_takes_the_whole_call(timed, clock):
    timed.wire.on_request = clock.goes(100)
    timed.wire.says(timed.reply("answer.json"), clock.goes(20))
    await timed.ask(stream=False)
    assert timed.sink.end.latency_in_ms == pytest.approx(120)
    assert timed.sink.end.streaming_duration_in_ms is None


async def test_what_passes_before_a_request_leaves_does_not_count(timed, clock):
    timed.wire.says(timed.reply("stream.sse"))
    stream = await timed.ask()
    clock.goes(5000)()
    await timed.drain(stream)
    # Gemini's request leaves only when its stream is pulled; the others' had left, and waited to be read.
    expected = 0 if timed.vendor == "gemini" else 5000
    assert timed.sink.end.latency_in_ms == pytest.approx(expected)


async def test_without_content_there_is_no_latency(timed, clock):
    timed.wire.on_request = clock.goes(100)
    timed.wire.says(timed.reply("rate_limited.json"), status=429)
    with pytest.raises(Exception, match="429"):
        await timed.drain(await timed.ask())
    assert timed.sink.end.latency_in_ms is None
    assert timed.sink.end.streaming_duration_in_ms == pytest.approx(100)
