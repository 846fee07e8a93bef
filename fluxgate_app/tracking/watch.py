"""Somebody who looks on while a call is answered, and may end it."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Protocol


class Watch(Protocol):
    """Looks on one call, which has this `tracking_id`."""

    tracking_id: str

    def grew(self, characters: int) -> None:
        """So much of the answer has come by now. Raises Blocked when the caller shall have no more of it."""
        ...

    def ended(self, cost: Decimal | None) -> None:
        """It is over and cost so much in USD, None for unknown; may come from any thread."""
        ...


class _Look:
    """A watch, until its call takes it: there may be more calls, in copies of the context as well."""

    __slots__ = ("_watch",)

    def __init__(self, watch: Watch):
        self._watch: Watch | None = watch

    def take(self) -> Watch | None:
        watch, self._watch = self._watch, None
        return watch


_next: ContextVar[_Look | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Watch | None) -> Generator[None]:
    """The first call that begins within is looked on by this one, which is told that it is over where none begins."""
    if watch is None:
        yield
        return
    look = _Look(watch)
    token = _next.set(look)
    try:
        yield
    finally:
        _next.reset(token)
        if (unused := look.take()) is not None:
            unused.ended(None)


def take() -> Watch | None:
    """Who looks on the call that begins now."""
    look = _next.get()
    return None if look is None else look.take()
