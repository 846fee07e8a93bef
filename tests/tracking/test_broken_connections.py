"""What a call that got no answer is charged with: nothing when it never arrived, else the question may be billed."""

import httpx2
import pytest

from fluxgate_app.tracking import CostSource


@pytest.fixture(params=["openai async", "responses sync", "anthropic sync", "gemini async", "gemini sync"])
def caller(request, make):
    """Each SDK once, Gemini's twice, as its two clients have nothing in common."""
    vendor, kind = request.param.split()
    return make(vendor, kind == "async")


async def failed(caller, *pieces, stream=True, **how):
    caller.wire.says(*pieces, **how)
    with pytest.raises(Exception, match=r".*"):
        await caller.drain(await caller.ask(stream=stream))
    return caller.sink.end


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    "error",
    [
        httpx2.ConnectError("Connection refused"),
        httpx2.ConnectTimeout("timed out"),
        httpx2.PoolTimeout("no connection is free"),
        httpx2.WriteError("Broken pipe"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_never_arrived_costs_nothing(caller, error, stream):
    end = await failed(caller, error, stream=stream)
    assert (end.usage.total_tokens, end.cost, end.cost_source) == (0, 0, CostSource.COMPUTED)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    "error",
    [
        httpx2.ReadError("Connection reset by peer"),
        httpx2.ReadTimeout("The read operation timed out"),
        httpx2.RemoteProtocolError("Server disconnected without sending a response."),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_connection_that_breaks_before_an_answer_may_be_billed(caller, error, stream):
    end = await failed(caller, error, stream=stream)
    assert end.usage.input_tokens >= 6
    assert (end.usage.output_tokens, end.cost_source) == (0, CostSource.ESTIMATED)


async def test_so_may_one_that_breaks_before_the_first_chunk(caller):
    end = await failed(caller, b"\n\n", httpx2.ReadError("Connection reset by peer"))
    assert end.usage.input_tokens >= 6
    assert end.cost_source is CostSource.ESTIMATED


async def test_so_may_an_answer_whose_first_chunk_cannot_be_read(caller):
    end = await failed(caller, caller.events("broken.sse")[-1])
    assert end.usage.input_tokens >= 6
    assert end.cost_source is CostSource.ESTIMATED


async def test_what_the_vendor_refused_costs_nothing(caller):
    end = await failed(caller, b'{"error": {"message": "Down.", "status": "INTERNAL"}}', status=500)
    assert (end.usage.total_tokens, end.cost) == (0, 0)
