"""Gemini's chats: each request that a message leads to is a call of its own."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from fluxgate_app.tracking.proxy import Proxy
from fluxgate_app.tracking.reader import TrackedAsyncReader, TrackedReader, at_work_on
from fluxgate_app.tracking.record import CostTrackingResponse
from fluxgate_app.tracking.usage.counts import part
from fluxgate_app.tracking.vendor import Arguments


class Turn:
    """The streams that one message leads to, one after the other: more than one where the SDK calls functions.

    To the stream that the caller reads it is their call: the last one's.
    """

    def __init__(self) -> None:
        self.last: Any = None

    @property
    def tracking(self) -> CostTrackingResponse | None:
        """What is known of the last request."""
        return self.last and self.last.fluxgate_cost_tracking_response

    @property
    def tracking_id(self) -> str | None:
        """The last request's event, None before the first."""
        return self.last and self.last.fluxgate_tracking_id

    @property
    def waits(self) -> bool:
        """Whether nothing was asked yet."""
        return self.last is None

    def stop(self) -> None:
        """The caller wants no more."""
        if self.last is not None:
            self.last.stop()

    async def hang_up(self, stream: Any) -> None:
        """Close the last stream, and what reads it."""
        await self.last.close()
        await stream.aclose()

    def drop(self) -> None:
        """Each stream says so itself."""

    def listening(self, models: Any, name: str) -> Any:
        """The models, whose streaming method of this name tells this turn of its streams."""
        return Overheard(models, **{name: self._hearing(getattr(models, name))})

    def _hearing(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(ask)
        def heard(*args: Any, **kwargs: Any) -> Any:
            self.last = ask(*args, **kwargs)
            return self.last

        @wraps(ask)
        async def heard_async(*args: Any, **kwargs: Any) -> Any:
            self.last = await ask(*args, **kwargs)
            return self.last

        return heard_async if inspect.iscoroutinefunction(inspect.unwrap(ask)) else heard


class Overheard(Proxy):
    """A chat, or its models, as one turn uses it: with some attributes of its own."""

    __slots__ = ("_own",)
    _own: dict[str, Any]

    def __init__(self, target: Any, **own: Any):
        Proxy.__init__(self, target)
        object.__setattr__(self, "_own", own)

    def __getattr__(self, name: str) -> Any:
        return self._own[name] if name in self._own else Proxy.__getattr__(self, name)


class TurnStream(TrackedReader):
    """What streams a message's answer to the caller."""

    __slots__ = ()
    _call: Any

    def close(self) -> None:
        """End the call and close the vendor's streams."""
        if not self._call.waits:
            self._call.last.close()
        self._target.close()


class TrackedChat(Proxy):
    """A chat of the SDK, which asks by tracked models."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        value = Proxy.__getattr__(self, name)
        return self._streaming(value) if name == "send_message_stream" else value

    def _streaming(self, bound: Any) -> Callable[..., Any]:
        models = self._target._modules

        def asking(turn: Turn) -> Any:
            return Overheard(self._target, _modules=turn.listening(models, "generate_content_stream"))

        return in_turns(bound, asking)


def in_turns(bound: Any, asking: Callable[[Turn], Any]) -> Callable[..., Any]:
    """The SDK's streaming method as one whose stream is a turn; `asking` is what it works on in that turn."""

    @wraps(bound)
    def ask(*args: Any, **kwargs: Any) -> Any:
        turn: Any = Turn()
        return TurnStream(at_work_on(bound, asking(turn))(*args, **kwargs), turn)

    @wraps(bound)
    async def ask_async(*args: Any, **kwargs: Any) -> Any:
        turn: Any = Turn()
        return TrackedAsyncReader(await at_work_on(bound, asking(turn))(*args, **kwargs), turn)

    return ask_async if inspect.iscoroutinefunction(bound) else ask


def each_request(once: Callable[..., Any], bound: Any, models: Any) -> Callable[..., Any]:
    """The SDK's `generate_content`: with functions that it may call, each of its requests is tracked."""
    return _by_functions(once, at_work_on(bound, models))


def each_streamed_request(once: Callable[..., Any], bound: Any, models: Any) -> Callable[..., Any]:
    """The same of `generate_content_stream`."""
    name = "_generate_content_stream_with_continuation"
    return _by_functions(once, in_turns(bound, lambda turn: turn.listening(models, name)))


def _by_functions(once: Callable[..., Any], several: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(once)
    def ask(*args: Any, **kwargs: Any) -> Any:
        tools = config_of(kwargs).get("tools") or ()
        # Functions, and sessions of MCP servers.
        called = any(callable(tool) or hasattr(tool, "call_tool") for tool in tools)
        return (several if called else once)(*args, **kwargs)

    return ask


def chatting(bound: Any, chats: Any) -> Callable[..., Any]:
    """The SDK's `chats.create`, whose chats ask by the tracked models of these chats."""
    create = at_work_on(bound, chats)

    @wraps(bound)
    def created(*args: Any, **kwargs: Any) -> TrackedChat:
        return TrackedChat(create(*args, **kwargs))

    return created


def config_of(arguments: Arguments) -> Mapping[str, Any]:
    """The `config` of a call, which may be given as a dict or as the SDK's own object."""
    return part(arguments, "config") or getattr(arguments.get("config"), "__dict__", {})
