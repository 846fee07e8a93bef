"""Read an answer that goes on by itself as one reads an answer of one's own."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Self

from fluxgate_app.chat.failures import UNEXPECTED
from fluxgate_app.chat.note import Tracking
from fluxgate_app.chat.writing import Writing
from fluxgate_app.errors import Conflict, FluxGateError, ProviderFailed
from fluxgate_app.models import MessageStatus


class Follower:
    """An async iterator of the answer's text from its beginning, each delta as it arrives.

    A step raises what the answer failed with, ProviderFailed when this process ends, and Conflict for an answer that
    was stopped before its call left. One that `stops` the answer does so when it is closed before the end.
    """

    def __init__(self, writing: Writing, *, stops: bool):
        self._writing = writing
        self._stops = stops
        self._texts = self._read()

    @property
    def tracking_id(self) -> str | None:
        """The event's id, from the moment the request leaves."""
        return self._writing.tracking_id

    @property
    def tracking(self) -> Tracking | None:
        """How the call ended; None before."""
        return self._writing.tracking

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        return await anext(self._texts)

    async def aclose(self) -> None:
        """Read no more."""
        await self._texts.aclose()
        if self._stops:
            self._writing.stop()

    async def _read(self) -> AsyncGenerator[str]:
        async with aclosing(self._writing.follow(gather_seconds=0)) as pieces:
            async for piece in pieces:
                yield piece.text
        if failure := _failure(self._writing):
            raise failure


def _failure(writing: Writing) -> FluxGateError | None:
    if writing.failure is not None:
        return writing.failure
    if writing.status is MessageStatus.INTERRUPTED:
        return ProviderFailed("The answer was interrupted", 503, "interrupted")
    if writing.tracking is None and writing.status is MessageStatus.STOPPED:
        return Conflict("The answer was stopped before it began")
    if writing.tracking is None:
        return ProviderFailed(writing.error or UNEXPECTED, 500, "unexpected")
    return None
