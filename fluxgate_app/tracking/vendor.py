"""What must be known of a vendor to track its client."""

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fluxgate_app.tracking.record import Kind, Status, Usage
from fluxgate_app.tracking.usage.counts import tier_of
from fluxgate_app.tracking.usage.estimate import texts

Arguments = Mapping[str, Any]


class Answer(ABC):
    """What has been seen so far of one answer; one subclass for each kind of call reads its vendor's chunks into it.

    `begun`: content (text, reasoning or a tool call) has come; `status` stays None until a finish reason has; `error`
    is what the vendor itself said went wrong, `tier` the service tier that it names. `heard` is all content in
    pieces, of so many `characters`; `spoken` what of it the caller reads, where that is kept.
    """

    __slots__ = ("begun", "characters", "error", "finish_reason", "heard", "model", "raw", "spoken", "status", "tier")

    def __init__(self, keeps_text: bool = False):
        self.begun = False
        self.characters = 0
        self.heard: list[str] = []
        self.error: Exception | None = None
        self.finish_reason: str | None = None
        self.status: Status | None = None
        self.model: str | None = None
        self.tier: str | None = None
        self.raw: Any = None
        self.spoken: list[str] | None = [] if keeps_text else None

    def request(self, arguments: Arguments, host: str | None, streamed: bool) -> Arguments:
        """The arguments to send: the caller's, and what the vendor must be asked for so that it counts tokens."""
        return arguments

    def asked_too_much(self, error: Exception) -> bool:
        """Whether the vendor refused only what `request` had added, so that the caller's own arguments may pass."""
        return False

    @abstractmethod
    def prompt(self, arguments: Arguments) -> Any:
        """The part of the arguments that the vendor reads as input; lists are copied, as callers go on using theirs."""

    @abstractmethod
    def see(self, chunk: Any) -> bool:
        """Take in the next chunk of a stream; False hides it from the caller."""

    @abstractmethod
    def read(self, response: Any) -> None:
        """Take in a whole response."""

    def raw_usage(self) -> dict[str, Any] | None:
        """The vendor's own counts as they stood on the wire, None before any came."""
        return None if self.raw is None else self.raw.model_dump(exclude_none=True, mode="json")

    def captured(self, raw: Mapping[str, Any] | None) -> dict[str, Any]:
        """What the vendor told beside its counts and bears on the price, under the names of `CallEnd.captured`."""
        tier = tier_of(self.tier)
        return {"serviceTier": tier} if tier else {}

    @abstractmethod
    def usage(self, raw: Mapping[str, Any]) -> Usage:
        """Those counts as ours; what the vendor has not counted to the end is None."""

    def say(self, text: Any) -> None:
        """Text that the caller reads."""
        if text:
            self.think(text)
            if self.spoken is not None:
                self.spoken.append(text if isinstance(text, str) else "".join(texts(text)))

    def think(self, text: Any) -> None:
        """Reasoning or a piece of a tool call: billed, but not the answer's text."""
        if text:
            if not isinstance(text, str):
                # With some servers it is in parts, or an object.
                text = "".join(texts(text))
            self.begun = True
            self.characters += len(text)
            self.heard.append(text)

    def finish(self, reason: str, statuses: Mapping[str, Status]) -> None:
        """The vendor's finish reason; one that is not in the table is an ERROR (spec section 2)."""
        self.finish_reason = reason
        self.status = statuses.get(str(reason), Status.ERROR)


class Whole(Answer):
    """An answer that never streams, and has no finish reason: to be there is to be whole."""

    __slots__ = ()

    def see(self, chunk: Any) -> bool:
        """No chunk of it ever comes."""
        return True


async def close(stream: Any) -> None:
    """Close a vendor's async stream."""
    await stream.close()


@dataclass(frozen=True)
class Method:
    """A call to be tracked. `streams` tells from what it asks whether it streams; a lazy one leaves when pulled.

    `hang_up` closes an async stream that was pulled, and its connection. `posts` says that it is the SDK's own
    `_post`, whose body is what is asked, and which may make of the answer what the caller wanted. `several` is given
    the tracked method, the SDK's own, and the part of the tracked client that it belongs to, where the SDK may ask
    several times; it makes a method of them.
    """

    kind: Kind
    answer: Callable[[bool], Answer]
    streams: Callable[[Arguments], bool]
    lazy: bool = False
    hang_up: Callable[[Any], Awaitable[None]] = close
    posts: bool = False
    several: Callable[[Callable[..., Any], Any, Any], Callable[..., Any]] | None = None


@dataclass(frozen=True)
class Vendor:
    """A vendor's client: its name, its tracked methods by dotted path, and how to find where and as whom it calls.

    `renewing` are its methods that return another client of the same kind. `helpers` are those that ask by a tracked
    one: what makes of such a method, and the part of the tracked client that it belongs to, one that is tracked.
    `aliases` are parts that another part has under a name of its own.
    """

    name: str
    methods: Mapping[str, Method]
    url: Callable[[Any], str]
    api_key: Callable[[Any], Any]
    renewing: frozenset[str] = frozenset()
    helpers: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict[str, Callable[[Any, Any], Any]])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    namespaces: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        steps = (path.split(".") for path in (*self.methods, *self.helpers))
        prefixes = {".".join(names[:i]) for names in steps for i in range(1, len(names))}
        object.__setattr__(self, "namespaces", frozenset(prefixes))


def copied(value: Any) -> Any:
    """The value, a list as a new list."""
    return list(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def written(prompt: Any) -> str:
    """A prompt as text that can be kept."""
    return json.dumps(prompt, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True, mode="json") if hasattr(value, "model_dump") else type(value).__name__
