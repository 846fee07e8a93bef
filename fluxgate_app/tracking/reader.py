"""The SDKs' own readers of a stream, such as `responses.stream`: they are given a tracked stream to read."""

from collections.abc import Callable
from functools import wraps
from types import MethodType
from typing import Any

from fluxgate_app.tracking.proxy import Proxy
from fluxgate_app.tracking.stream import Tracked, TrackedAsyncStream, TrackedStream


class TrackedReader(TrackedStream):
    """A reader, whose events are made of chunks that were tracked already."""

    __slots__ = ()

    def __next__(self) -> Any:
        return self._target.__next__()


class TrackedAsyncReader(TrackedAsyncStream):
    """The same for an async client."""

    __slots__ = ()

    async def __anext__(self) -> Any:
        return await self._target.__anext__()


class Opening(Proxy):
    """The context manager that opens a reader, and closes it."""

    __slots__ = ("_reader",)
    _reader: Any

    def __enter__(self) -> Any:
        return self._opened(self._target.__enter__(), TrackedReader)

    def __exit__(self, *error: Any) -> None:
        self._reader.close()

    async def __aenter__(self) -> Any:
        return self._opened(await self._target.__aenter__(), TrackedAsyncReader)

    async def __aexit__(self, *error: Any) -> None:
        await self._reader.close()

    def _opened(self, reader: Any, kind: type[Tracked]) -> Any:
        raw = getattr(reader, "_raw_stream", None)
        # A reader of an answer that exists already asks for none, so its stream is not tracked.
        opened = kind.over(reader, raw) if isinstance(raw, Tracked) else reader
        object.__setattr__(self, "_reader", opened)
        return opened


def reading(bound: Any, resource: Any) -> Callable[..., Opening]:
    """The SDK's method, at work on a tracked resource: what it asks of that is tracked."""

    method = at_work_on(bound, resource)

    @wraps(bound)
    def read(*args: Any, **kwargs: Any) -> Opening:
        return Opening(method(*args, **kwargs))

    return read


def at_work_on(bound: Any, resource: Any) -> Any:
    """The SDK's method, bound to this resource in the place of its own."""
    return MethodType(bound.__func__, resource)
