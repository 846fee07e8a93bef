"""What must be known of a vendor's wire format to chat with it."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from fluxgate_app.chat.parts import Delta, Said
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.tracking import Origin, Owner, Sink
from fluxgate_app.tracking.prices import Prices

# The deltas in one chunk of a stream; made anew for each stream.
Reader = Callable[[Any], Iterable[Delta]]
# What a vendor cannot be asked for.
Lacks = Literal["images by URL", "json without a schema", "one call at a time"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a client speaks to. `timeout` is the longest silence in seconds."""

    base_url: str | None
    api_key: str
    timeout: float
    api_version: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What every call of one tracked client is recorded and priced with."""

    sink: Sink
    provider: str
    origin: Origin
    owner: Owner
    prices: Prices


class Stream(Protocol):
    """A tracked stream of a vendor's chunks."""

    def __aiter__(self) -> AsyncIterator[Any]: ...

    async def aclose(self) -> None:
        """End the call and close its connection."""
        ...


class Embedder(Protocol):
    """A dialect that has embeddings."""

    async def embed(self, client: Any, model: str, texts: list[str]) -> list[list[float]]:
        """A vector for each text, in their order."""
        ...


class Dialect(Protocol):
    """One vendor's client and the words it uses. `vendor` is how its users call it.

    A prompt must ask for nothing that the vendor `lacks`.
    """

    vendor: str
    lacks: frozenset[Lacks]

    def client(self, address: Address) -> Any:
        """The official async client, made once for an address. Slow the first time: it imports the SDK."""
        ...

    def tracked(self, client: Any, line: Line) -> Any:
        """That client, with every call recorded."""
        ...

    async def ask(self, client: Any, prompt: Prompt) -> list[Said]:
        """The whole answer's parts; its texts, most often one, are what the stream says when they are joined."""
        ...

    async def stream(self, client: Any, prompt: Prompt) -> Stream:
        """The answer as it comes."""
        ...

    def delta(self, chunk: Any) -> str:
        """The text in one chunk of it, empty for most kinds of chunk."""
        ...

    def reader(self) -> Reader:
        """Reads all deltas of one stream, chunk by chunk."""
        ...

    async def close(self, client: Any) -> None:
        """Give the client's connections back."""
        ...
