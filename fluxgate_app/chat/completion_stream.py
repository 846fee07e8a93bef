"""An answer that is still coming."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Generic, TypeVar

from fluxgate_app.chat.note import CallNote, Tracking
from fluxgate_app.tracking import Status, Usage

D = TypeVar("D")


class CompletionStream(Generic[D]):
    """An answer as it comes: an async iterator of its text, or of all deltas. Close it to stop the provider at once.

    Nothing leaves before `open` or the first step. Both raise ProviderFailed, as do later steps; a stream that was cut
    short raises too, it never just ends.
    """

    def __init__(self, deltas: AsyncGenerator[D], note: CallNote):
        self._deltas = deltas
        self._note = note
        self._ahead: list[D] = []

    async def open(self) -> None:
        """Send the request and wait for the first delta, so that what fails before it can be told apart."""
        first = await anext(self._deltas, None)
        if first is not None:
            self._ahead.append(first)

    @property
    def tracking_id(self) -> str | None:
        """The event's id, from the moment the request leaves."""
        return self._note.tracking_id

    @property
    def tracking(self) -> Tracking | None:
        """How the call ended, however it did; None before."""
        return self._note.tracking

    @property
    def usage(self) -> Usage | None:
        """What it used, None before its end."""
        return self._note.tracking.usage if self._note.tracking else None

    @property
    def finish(self) -> Status | None:
        """SUCCESS, MAX_TOKENS, CANCELLED and so on; None before the end."""
        return self._note.tracking.status if self._note.tracking else None

    def __aiter__(self) -> AsyncIterator[D]:
        # What was not opened is read with nothing in between.
        return self if self._ahead else self._deltas

    async def __anext__(self) -> D:
        if self._ahead:
            return self._ahead.pop()
        return await anext(self._deltas)

    async def aclose(self) -> None:
        """Stop. The provider's connection is closed before this returns."""
        await self._deltas.aclose()
