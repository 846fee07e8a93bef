"""The clients that chats ask with, beside the SDKs' own: answers as JSON say what answers as objects say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from fluxgate_app.chat.dialects import DIALECTS, Address, Line
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.tracking import CallEnd, Owner
from fluxgate_app.tracking.prices import Prices
from fluxgate_app.tracking.wire import Wire

from .conftest import Calls

REPLIES = Path(__file__).parent.parent / "replies"
SDKS = {"openai": openai.AsyncOpenAI, "anthropic": anthropic.AsyncAnthropic}
STREAMS = [f"{vendor}/{file.name}" for vendor in SDKS for file in (REPLIES / vendor).glob("*.sse")]
FAILING = ("error.sse", "broken.sse", "quoting.json")
ANSWERS = [
    *(f"openai/{name}.json" for name in ("answer", "audio", "cached", "priority", "quoting", "tools")),
    *(f"anthropic/{name}.json" for name in ("answer", "batch", "search")),
    "openai/openrouter/answer.json",
]


def client_of(kind: type[Any], reply: bytes) -> Any:
    """A client of this kind that gets these bytes for an answer."""
    form = "application/json" if reply.startswith(b"{") else "text/event-stream"
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, headers={"content-type": form}, content=reply))
    return kind(
        api_key="k", base_url="http://vendor", http_client=httpx2.AsyncClient(transport=transport), max_retries=0
    )


async def heard(kind: type[Any], name: str) -> list[Any]:
    """What a client of this kind makes of a recorded reply: parts or deltas, how it broke, and the event."""
    vendor = name.partition("/")[0]
    dialect, calls = DIALECTS[vendor], Calls()
    line = Line(calls, vendor, "real", Owner(), Prices())
    client = dialect.tracked(client_of(kind, (REPLIES / name).read_bytes()), line)
    told: list[Any] = []
    prompt = ChatRequest([ChatMessage("user", "How hot is boiling water?")]).prompt("asked")
    try:
        if name.endswith(".json"):
            told += await dialect.ask(client, prompt)
        else:
            read = dialect.reader()
            async for chunk in await dialect.stream(client, prompt):
                told += [*read(chunk), dialect.delta(chunk)]
    except Exception as error:
        told.append((type(error), str(error)))
    return [*told, *map(comparable, calls.ended_calls)]


def comparable(end: CallEnd) -> CallEnd:
    """Without what differs by call, and without the empty fields that an SDK leaves in what it does not know."""
    raw = None if end.raw_usage is None else Wire(end.raw_usage).model_dump()
    return replace(end, tracking_id="", latency_in_ms=None, streaming_duration_in_ms=None, raw_usage=raw)


def plain(vendor: str) -> type[Any]:
    return type(DIALECTS[vendor].client(Address("http://vendor", "k", timeout=5)))


@pytest.mark.parametrize("name", [*STREAMS, *ANSWERS])
async def test_they_make_the_same_of_every_answer(name):
    vendor = name.partition("/")[0]
    said = await heard(plain(vendor), name)
    assert said == await heard(SDKS[vendor], name)
    # Two that fail alike would be equal too.
    assert any(isinstance(one, tuple) for one in said) == name.endswith(FAILING)


@pytest.mark.parametrize("vendor", SDKS)
def test_they_call_themselves_by_the_same_name(vendor):
    assert client_of(plain(vendor), b"{}").user_agent == client_of(SDKS[vendor], b"{}").user_agent


async def test_embeddings_are_the_sdks_own():
    reply = (REPLIES / "openai/embeddings/answer.json").read_bytes()
    answer = await client_of(plain("openai"), reply).embeddings.create(model="m", input="x")
    assert isinstance(answer, openai.types.CreateEmbeddingResponse)
