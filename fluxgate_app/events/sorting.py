"""In what order events are listed: `sort=-cost` begins with the dearest, `sort=createdAt` with the oldest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, literal, or_

from fluxgate_app.errors import Invalid
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.tables import EVENTS
from fluxgate_app.events.values import Values

_E = EVENTS.c


@dataclass(frozen=True, slots=True)
class Key:
    """What events are ordered by, in the database and of a row; of the same key, their tracking ids decide."""

    name: str
    values: Values
    column: ColumnElement[Any]
    of: Callable[[EventRow], Any]


def _tokens(event: EventRow) -> int | None:
    known = event.input_tokens is not None and event.output_tokens is not None
    return (event.input_tokens or 0) + (event.output_tokens or 0) if known else None


_TIME = Key("createdAt", Values.TIME, _E.created_at, lambda event: event.created_at)
KEYS = {
    key.name: key
    for key in (
        _TIME,
        Key("cost", Values.MONEY, _E.cost, lambda event: event.cost),
        Key("latency", Values.DURATION, _E.latency_in_ms, lambda event: event.latency_in_ms),
        Key(
            "duration",
            Values.DURATION,
            case((_E.is_streamed, _E.streaming_duration_in_ms), else_=_E.latency_in_ms),
            lambda event: event.duration_in_ms,
        ),
        # Two counts that each fit may not fit together.
        Key("tokens", Values.COUNT, cast(_E.input_tokens, BigInteger) + _E.output_tokens, _tokens),
    )
}


@dataclass(frozen=True, slots=True)
class Sort:
    """An order; what is unknown comes last either way."""

    key: Key
    descending: bool = True

    @property
    def name(self) -> str:
        """The order as a URL says it."""
        return f"-{self.key.name}" if self.descending else self.key.name

    @property
    def by_time(self) -> bool:
        """Whether the order is that of time."""
        return self.key is _TIME

    @property
    def order_by(self) -> tuple[ColumnElement[Any], ...]:
        """The order as SQL."""
        key = self._directed(self.key.column)
        return key if self.by_time else key.nulls_last(), self._directed(_E.tracking_id)

    def after(self, value: Any, tracking_id: str) -> ColumnElement[bool]:
        """What comes after the event of this key and id, as SQL."""
        column = self.key.column
        later = self._beyond(_E.tracking_id, literal(tracking_id))
        if value is None:
            return and_(column.is_(None), later)
        last = literal(value, column.type)
        # Said twice, so that an index on the key is used from its place on.
        following = and_(self._beyond(column, last, equal=True), or_(self._beyond(column, last), later))
        return following if self.by_time else or_(following, column.is_(None))

    def _directed(self, column: ColumnElement[Any]) -> Any:
        return column.desc() if self.descending else column.asc()

    def _beyond(self, column: ColumnElement[Any], last: Any, *, equal: bool = False) -> ColumnElement[bool]:
        if self.descending:
            return column <= last if equal else column < last
        return column >= last if equal else column > last


NEWEST_FIRST = Sort(_TIME)
ALLOWED = tuple(sort.name for key in KEYS.values() for sort in (Sort(key), Sort(key, descending=False)))


def parse(name: str | None) -> Sort:
    """The order that `sort` says, newest first without one. Raises Invalid, naming what is allowed."""
    if not name:
        return NEWEST_FIRST
    if name not in ALLOWED:
        raise Invalid(f"sort must be one of {', '.join(ALLOWED)}")
    return Sort(KEYS[name.removeprefix("-")], descending=name.startswith("-"))
