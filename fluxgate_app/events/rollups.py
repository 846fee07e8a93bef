"""Sums of the recorded calls over spans of time: what a batch of events adds to them or takes away."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from random import random
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session

from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.histogram import Histogram, bucket_of, entry_of
from fluxgate_app.events.tables import (
    ACCOUNT_ROLLUPS,
    EVENT_COUNTERS,
    KIND_ROLLUPS,
    USER_ROLLUPS,
    find,
    insert,
    insert_bound,
)

QUARTER, HOUR, FOUR_HOURS, DAY = 15, 60, 4 * 60, 24 * 60

Key = tuple[Any, ...]
Measured = tuple[Any, ...]
Weighed = tuple[EventRow, datetime, Measured]

SUMMED = (
    "requests",
    "errors",
    "unpriced",
    "cost",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "audio_tokens",
)
DISTRIBUTED = ("latency", "duration", "tokens_per_second")
_MEASURES = (*SUMMED, *DISTRIBUTED)
# After about so many events a row's histograms are written anew.
REWRITTEN_AFTER = 64
# SQLite makes a text of what it joins.
_JOINED = {
    "sqlite": "CAST({table}.{column} || excluded.{column} AS BLOB)",
    "postgresql": "{table}.{column} || excluded.{column}",
}
_EMPTY = (b"",) * len(DISTRIBUTED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rollup:
    """One table: what tells its rows apart beside the time, and over how many minutes each sums; no spans: for ever."""

    table: Table
    dimensions: tuple[str, ...]
    spans: tuple[int, ...]

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The primary key."""
        return ("minutes", "start", *self.dimensions) if self.spans else self.dimensions


# Short spans for the edges of a period, long ones for its middle, four hours for days that do not begin in UTC.
_LONG = (HOUR, FOUR_HOURS, DAY)
ACCOUNTS = Rollup(ACCOUNT_ROLLUPS, ("account", "origin"), (QUARTER, HOUR, FOUR_HOURS, DAY))
KINDS = Rollup(KIND_ROLLUPS, ("account", "provider", "model", "feature", "step", "status", "origin"), _LONG)
USERS = Rollup(USER_ROLLUPS, ("account", "user", "origin"), _LONG)
COUNTERS = Rollup(EVENT_COUNTERS, ("provider", "model", "feature", "status", "origin"), ())
SPANNED = (ACCOUNTS, KINDS, USERS)
ALL = (*SPANNED, COUNTERS)


def span_start(moment: datetime, minutes: int) -> datetime:
    """The beginning of its span of so many minutes, counted from 1970 in UTC."""
    return moment - (moment - _EPOCH) % timedelta(minutes=minutes)


def span_end(moment: datetime, minutes: int) -> datetime:
    """The moment itself where a span begins, otherwise where the next one does."""
    return span_start(moment + timedelta(minutes=minutes, microseconds=-1), minutes)


def apply(session: Session, added: Iterable[EventRow], removed: Iterable[EventRow] = ()) -> None:
    """Count the added events and no longer the removed ones. The caller has waited for its turn to write."""
    new = list(map(_weighed, added))
    _replace(session, new, list(map(_weighed, removed)))
    _write(session, COUNTERS, _changes(COUNTERS, new))


def correct(session: Session, now: Iterable[EventRow], before: Iterable[EventRow]) -> None:
    """Sum up the same events as they are now instead of as they were; as counters only grow, those stay."""
    _replace(session, list(map(_weighed, now)), list(map(_weighed, before)))


def count_spans(session: Session, before: datetime) -> None:
    """Let the counters count what the days before this one sum up, whose events are no more."""
    columns = KINDS.table.c
    names = (*COUNTERS.dimensions, *_MEASURES)
    query = select(*(columns[name] for name in names)).where(columns.minutes == DAY, columns.start < before)
    rows: list[tuple[Any, ...]] = [tuple(row) for row in session.connection().execute(query)]
    insert(session, COUNTERS.table, names, rows, _added_up(COUNTERS, _JOINED[session.connection().dialect.name]))


def add_up(session: Session, rollup: Rollup, rows: list[tuple[Any, ...]]) -> None:
    """Add these rows to a rollup's: its key, sums and histograms, as the driver takes them."""
    joined = _JOINED[session.connection().dialect.name]
    insert_bound(session, rollup.table, (*rollup.key_columns, *_MEASURES), rows, _added_up(rollup, joined))


def _replace(session: Session, new: list[Weighed], old: list[Weighed]) -> None:
    for rollup in SPANNED:
        taken = _changes(rollup, old)
        _write(session, rollup, _changes(rollup, new), taken)
        _drop_empty(session, rollup, taken)


def _weighed(row: EventRow) -> Weighed:
    return row, _quarter(row.created_at), _measured(row)


class _Change:
    """What one row of a rollup gains, or loses: sums, and the bytes of histograms with an entry for each event."""

    __slots__ = ("entries", "sums")

    def __init__(self, measured: Sequence[Measured] = ()):
        columns = list(zip(*measured, strict=True))
        self.sums = [sum(column) for column in columns[: len(SUMMED)]] or [0] * len(SUMMED)
        self.entries = [b"".join(column) for column in columns[len(SUMMED) :]] or [b""] * len(DISTRIBUTED)

    @classmethod
    def of(cls, parts: Sequence["_Change"]) -> "_Change":
        """All of these together."""
        return parts[0] if len(parts) == 1 else cls([(*part.sums, *part.entries) for part in parts])

    def is_due(self) -> bool:
        """Whether its row is to be written anew: by chance, so that nobody need remember how often it grew."""
        return random() * REWRITTEN_AFTER < self.sums[0]

    def less(self, taken: "_Change | None") -> list[Any]:
        """The sums without what is taken away."""
        if taken is None:
            return self.sums
        return [mine - theirs for mine, theirs in zip(self.sums, taken.sums, strict=True)]

    def merged(self, stored: tuple[bytes, ...], taken: "_Change | None") -> list[bytes]:
        """The stored histograms with these entries and without what is taken away, an entry for each bucket."""
        joined = zip(self.entries, stored, strict=True)
        histograms = [Histogram.from_bytes(b"".join(parts)) for parts in joined]
        for histogram, entries in zip(histograms, taken.entries if taken else _EMPTY, strict=True):
            histogram.merge(Histogram.from_bytes(entries), -1)
        return [histogram.to_bytes() for histogram in histograms]


_NOTHING: dict[Key, _Change] = {}


def _changes(rollup: Rollup, events: Iterable[Weighed]) -> dict[Key, _Change]:
    groups: dict[Key, list[Measured]] = defaultdict(list)
    values: Callable[[EventRow], tuple[Any, ...]] = attrgetter(*rollup.dimensions)
    shortest = rollup.spans[0] if rollup.spans else None
    for row, quarter, measured in events:
        when = (shortest, _start(quarter, shortest)) if shortest else ()
        groups[*when, *[value or "" for value in values(row)]].append(measured)
    shorter = {key: _Change(group) for key, group in groups.items()}
    return shorter | {key: change for span in rollup.spans[1:] for key, change in _widened(shorter, span)}


def _widened(changes: Mapping[Key, _Change], span: int) -> Iterator[tuple[Key, _Change]]:
    """The same over longer spans: most events of a batch lie in few short ones."""
    parts: dict[Key, list[_Change]] = defaultdict(list)
    for (_, start, *key), change in changes.items():
        parts[span, _start(start, span), *key].append(change)
    return ((key, _Change.of(some)) for key, some in parts.items())


def _quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // QUARTER * QUARTER, second=0, microsecond=0)


_start = lru_cache(maxsize=10_000)(span_start)


def _write(session: Session, rollup: Rollup, added: dict[Key, _Change], taken: dict[Key, _Change] = _NOTHING) -> None:
    changes = {key: _Change() for key in taken} | added
    # To append to a histogram costs next to nothing; now and then its many entries become one for each bucket.
    whole = sorted(key for key, change in changes.items() if key in taken or change.is_due())
    stored = find(session, rollup.table, rollup.key_columns, whole, DISTRIBUTED)
    rewritten = [
        (*key, *changes[key].less(taken.get(key)), *changes[key].merged(stored.get(key, _EMPTY), taken.get(key)))
        for key in whole
    ]
    grown = [(*key, *changes[key].sums, *changes[key].entries) for key in sorted(changes.keys() - set(whole))]
    names = (*rollup.key_columns, *_MEASURES)
    insert(session, rollup.table, names, rewritten, _added_up(rollup, "excluded.{column}"))
    insert(session, rollup.table, names, grown, _added_up(rollup, _JOINED[session.connection().dialect.name]))


def _drop_empty(session: Session, rollup: Rollup, taken: Iterable[Key]) -> None:
    columns = rollup.table.c
    if starts := {key[1] for key in taken}:
        empty = columns.minutes.in_(rollup.spans), columns.start.in_(starts), columns.requests == 0
        session.connection().execute(rollup.table.delete().where(*empty))


def _measured(row: EventRow) -> Measured:
    return (
        1,
        int(row.failed),
        int(row.cost is None),
        row.cost or Decimal(0),
        row.input_tokens or 0,
        row.output_tokens or 0,
        row.cached_tokens or 0,
        row.cache_write_tokens or 0,
        row.reasoning_tokens or 0,
        row.audio_tokens or 0,
        _entry(row.latency_in_ms),
        _entry(row.duration_in_ms),
        _entry(row.tokens_per_second),
    )


def _entry(value: float | None) -> bytes:
    return b"" if value is None else entry_of(bucket_of(value))


@lru_cache
def _added_up(rollup: Rollup, distributed: str) -> str:
    name = rollup.table.name
    sums = [f"{column} = {name}.{column} + excluded.{column}" for column in SUMMED]
    merged = [f"{column} = {distributed.format(table=name, column=column)}" for column in DISTRIBUTED]
    key = ", ".join(f'"{column}"' for column in rollup.key_columns)
    return f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(sums + merged)}"
