"""What the tracking of one call says, from the moment the call leaves, whether or not it ever answers."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from weakref import WeakValueDictionary

from fluxgate_app.tracking import CallEnd, CallStart, CostSource, Sink, Status, Usage


@dataclass(frozen=True, slots=True)
class Tracking:
    """How a call ended: USD or None for unknown, milliseconds as `CallEnd` has them."""

    status: Status
    cost: Decimal | None
    cost_source: CostSource
    tracking_id: str
    created_at: datetime
    error_message: str | None
    usage: Usage
    latency_in_ms: float | None
    streaming_duration_in_ms: float | None
    tokens_estimated: bool


class CallNote:
    """Filled by the sink: `start` when the call leaves, `tracking` when it has ended."""

    def __init__(self) -> None:
        self.start: CallStart | None = None
        self.tracking: Tracking | None = None

    @property
    def tracking_id(self) -> str | None:
        """The event's id, None until the call leaves."""
        return self.start.tracking_id if self.start else None

    def ended(self, start: CallStart, end: CallEnd) -> None:
        """Take down how it ended."""
        self.tracking = Tracking(
            end.status,
            end.cost,
            end.cost_source,
            start.tracking_id,
            start.created_at,
            end.error_message,
            end.usage,
            end.latency_in_ms,
            end.streaming_duration_in_ms,
            end.tokens_estimated,
        )

    def settled(self) -> Tracking:
        """How a call that is over has ended: a success of which nothing is known, had the tracking itself broken."""
        if self.tracking is None:
            assert self.start is not None
            unknown = CallEnd(self.start.tracking_id, Status.SUCCESS, Usage(), None, None, None, CostSource.UNPRICED)
            self.ended(self.start, unknown)
        assert self.tracking is not None
        return self.tracking


class NotingSink:
    """Passes every call on to the recorder, and notes those that somebody in this process waits for."""

    def __init__(self, sink: Sink):
        self.keeps_content = sink.keeps_content
        self._sink = sink
        self._current: ContextVar[CallNote | None] = ContextVar("note", default=None)
        self._open: WeakValueDictionary[str, CallNote] = WeakValueDictionary()

    @contextmanager
    def noting(self, note: CallNote) -> Generator[None]:
        """The call that begins within is this note's."""
        token = self._current.set(note)
        try:
            yield
        finally:
            self._current.reset(token)

    def started(self, start: CallStart) -> None:
        """Note it, pass it on."""
        if (note := self._current.get()) is not None:
            note.start = start
            self._open[start.tracking_id] = note
        self._sink.started(start)

    def ended(self, start: CallStart, end: CallEnd) -> None:
        """Note it, pass it on."""
        if (note := self._open.get(start.tracking_id)) is not None:
            note.ended(start, end)
        self._sink.ended(start, end)
