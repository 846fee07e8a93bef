"""Official clients, tracked, in front of recorded bytes: a test says what comes over the wire and reads the record."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx2
import pytest

from fluxgate_app.tracking import CallEnd, CallStart, track_anthropic, track_gemini, track_openai
from fluxgate_app.tracking.usage.vocabulary import read_in

REPLIES = Path(__file__).parent.parent / "replies"
FOLDERS = {"responses": "openai/responses"}
KINDS = {"beta": "anthropic"}
QUESTION = "How hot is boiling water?"
PATIENCE = b"wait for ever"


class Notebook:
    """A sink that keeps everything, in order."""

    def __init__(self, keeps_content: bool = False):
        self.keeps_content = keeps_content
        self.starts: list[CallStart] = []
        self.ends: list[CallEnd] = []

    def started(self, start: CallStart) -> None:
        self.starts.append(start)

    def ended(self, start: CallStart, end: CallEnd) -> None:
        assert start in self.starts
        self.ends.append(end)

    @property
    def end(self) -> CallEnd:
        """The end of the only call."""
        assert len(self.starts) == len(self.ends) == 1
        return self.ends[0]


@dataclass
class Wire(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """What comes back for any request: bytes, exceptions to raise, functions to call, and PATIENCE to wait for ever.

    `requests` is what was asked.
    """

    pieces: list[Any] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[httpx2.Request] = field(default_factory=list)
    closed: bool = False
    on_request: Callable[[], None] = lambda: None

    async def hung_up(self) -> bool:
        """Whether the client let go of the connection, at the latest in a moment."""
        for _ in range(20):
            await anyio.lowlevel.checkpoint()
        return self.closed

    def says(self, *pieces: Any, status: int = 200, **headers: str) -> None:
        self.pieces, self.status, self.headers, self.closed = list(pieces), status, headers, False

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        self.on_request()
        self._left = iter(self.pieces)
        if isinstance(self.pieces[0], Exception):
            raise self.pieces[0]
        if self.pieces[0] is PATIENCE:
            return self._never()  # type: ignore[return-value]
        is_json = isinstance(self.pieces[0], bytes) and self.pieces[0].startswith(b"{")
        kind = "application/json" if is_json else "text/event-stream"
        return httpx2.Response(self.status, headers={"content-type": kind, **self.headers}, stream=self)

    async def _never(self) -> httpx2.Response:
        await anyio.sleep_forever()
        raise AssertionError

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._left:
            if isinstance(piece, Exception):
                raise piece
            if callable(piece):
                piece()
            else:
                yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._left:
            if piece is PATIENCE:
                await anyio.sleep_forever()
            if isinstance(piece, Exception):
                raise piece
            if callable(piece):
                piece()
            else:
                yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class Caller:
    """One vendor's client, sync or async, bare and tracked; its methods are async for both.

    `responses` is OpenAI's client that asks by its other API. `is_beta` asks Anthropic's under `beta`.
    """

    vendor: str
    is_async: bool
    bare: Any
    tracked: Any
    sink: Notebook
    wire: Wire
    is_beta: bool = False

    def reply(self, name: str) -> bytes:
        """Recorded bytes of this vendor."""
        return (REPLIES / FOLDERS.get(self.vendor, self.vendor) / name).read_bytes()

    def events(self, name: str) -> list[bytes]:
        """A recorded stream, one piece for each event."""
        return [event + b"\n\n" for event in self.reply(name).split(b"\n\n") if event]

    async def ask(self, client: Any = None, stream: bool = True, question: str = QUESTION) -> Any:
        """One question, by the vendor's own method."""
        client = client or self.tracked
        if self.vendor == "gemini":
            models = client.aio.models if self.is_async else client.models
            method = models.generate_content_stream if stream else models.generate_content
            answer = method(model="gemini-2.5-flash", contents=question)
        else:
            messages = [{"role": "user", "content": question}]
            if self.vendor == "responses":
                answer = client.responses.create(model="gpt-4o", input=question, stream=stream)
            elif self.vendor == "openai":
                answer = client.chat.completions.create(model="gpt-4o", messages=messages, stream=stream)
            else:
                owner = client.beta if self.is_beta else client
                answer = owner.messages.create(
                    model="claude-sonnet-4-6", max_tokens=200, messages=messages, stream=stream
                )
        return await answer if self.is_async else answer

    async def take(self, stream: Any, count: int) -> list[Any]:
        """The next chunks."""
        return [await stream.__anext__() if self.is_async else next(stream) for _ in range(count)]

    async def drain(self, stream: Any) -> list[Any]:
        """All chunks that are left, as a `for` gets them."""
        return [chunk async for chunk in stream] if self.is_async else list(stream)

    async def half(self) -> Any:
        """A stream of which "Water boils" was read, and nothing more."""
        self.wire.says(*self.events("stream.sse"))
        stream = await self.ask()
        await self.take(stream, {"openai": 3, "responses": 6, "anthropic": 4, "gemini": 2}[self.vendor])
        return stream

    async def recorded(self) -> None:
        """Wait until every call has ended."""
        for _ in range(2000):
            if len(self.sink.ends) == len(self.sink.starts):
                return
            await anyio.sleep(0.001)
        pytest.fail("a call has not ended")

    async def close(self, stream: Any) -> None:
        """Close a tracked stream."""
        await stream.close() if self.is_async else stream.close()


@pytest.fixture(autouse=True, scope="session")
def vocabulary() -> None:
    """Read in, so that no estimate depends on when it is made."""
    read_in("o200k_base")
    read_in("cl100k_base")


@pytest.fixture
def wire() -> Wire:
    """What the vendor's server does in this test."""
    return Wire()


@pytest.fixture
def sink() -> Notebook:
    """Where this test's calls are recorded."""
    return Notebook()


@pytest.fixture
def make(wire: Wire, sink: Notebook) -> Callable[..., Caller]:
    """A caller by vendor and kind; more arguments go to `track_…`."""
    transport = httpx2.MockTransport(wire.answer)

    def openai(is_async: bool) -> Any:
        from openai import AsyncOpenAI, OpenAI

        http = httpx2.AsyncClient(transport=transport) if is_async else httpx2.Client(transport=transport)
        kind: Any = AsyncOpenAI if is_async else OpenAI
        return kind(api_key="sk-test-1234567890", base_url="https://api.openai.com/v1", http_client=http, max_retries=0)

    def anthropic(is_async: bool) -> Any:
        from anthropic import Anthropic, AsyncAnthropic

        http = httpx2.AsyncClient(transport=transport) if is_async else httpx2.Client(transport=transport)
        kind: Any = AsyncAnthropic if is_async else Anthropic
        return kind(api_key="sk-ant-1234567890", base_url="https://api.anthropic.com", http_client=http, max_retries=0)

    def gemini(is_async: bool) -> Any:
        from google.genai import Client
        from google.genai.types import HttpOptions

        http = {"httpx_async_client": httpx2.AsyncClient(transport=transport)} if is_async else {}
        http = http or {"httpx_client": httpx2.Client(transport=transport)}
        options = HttpOptions(base_url="https://generativelanguage.googleapis.com", **http)
        return Client(api_key="AIza-test-1234567890", http_options=options)

    build = {"openai": openai, "responses": openai, "anthropic": anthropic, "gemini": gemini}
    track: Any = {"anthropic": track_anthropic, "gemini": track_gemini}

    def make(kind: str, is_async: bool = True, **options: Any) -> Caller:
        vendor = KINDS.get(kind, kind)
        bare = build[vendor](is_async)
        tracked = track.get(vendor, track_openai)(bare, **{"sink": sink, **options})
        return Caller(vendor, is_async, bare, tracked, sink, wire, is_beta=kind == "beta")

    return make


@pytest.fixture(params=["openai", "responses", "anthropic", "beta", "gemini"])
def vendor(request: pytest.FixtureRequest) -> str:
    """Each vendor in turn, and each way of asking one that has several."""
    return request.param


@pytest.fixture
def patience() -> Any:
    """What a wire says to keep the client waiting."""
    return PATIENCE


@pytest.fixture
def async_caller(vendor: str, make: Callable[..., Caller]) -> Caller:
    """Each vendor's async client, tracked."""
    return make(vendor)


@pytest.fixture(params=["async", "sync"])
def caller(vendor: str, request: pytest.FixtureRequest, make: Callable[..., Caller]) -> Caller:
    """Each vendor's client, async and sync, tracked."""
    return make(vendor, request.param == "async")
