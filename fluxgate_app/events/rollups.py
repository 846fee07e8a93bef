"""Hourly sums of the recorded calls: what a batch of events adds to them or takes away."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import add
from typing import Any

from sqlalchemy import Table
from sqlmodel import Session

from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.histogram import Histogram
from fluxgate_app.events.tables import ACCOUNT_ROLLUPS, ROLLUPS, USER_ROLLUPS, find, insert

Key = tuple[Any, ...]
Sums = tuple[Any, ...]

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
)
DISTRIBUTED = ("latency", "duration", "tokens_per_second")


@dataclass(frozen=True, slots=True)
class Rollup:
    """One of the three tables: the columns of its key after the hour, and which values of an event they are."""

    table: Table
    dimensions: tuple[str, ...]
    key: Callable[[datetime, EventRow], Key]

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The primary key."""
        return ("hour", *self.dimensions)


def _key(hour: datetime, row: EventRow) -> Key:
    return hour, row.provider, row.model, row.feature or "", row.step or "", row.status, row.origin


KINDS = Rollup(ROLLUPS, ("provider", "model", "feature", "step", "status", "origin"), _key)
ACCOUNTS = Rollup(ACCOUNT_ROLLUPS, ("account", "origin"), lambda hour, row: (hour, row.account or "", row.origin))
USERS = Rollup(USER_ROLLUPS, ("user", "origin"), lambda hour, row: (hour, row.user or "", row.origin))


def hour_of(moment: datetime) -> datetime:
    """The beginning of its hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def apply(session: Session, added: Iterable[EventRow], removed: Iterable[EventRow] = ()) -> None:
    """Count the added events and no longer the removed ones. The caller has waited for its turn to write."""
    changes = _Changes()
    for row in added:
        changes.count(row, 1)
    taken = [changes.count(row, -1) for row in removed]
    changes.write(session)
    if taken:
        for rollup in (KINDS, ACCOUNTS, USERS):
            columns = rollup.table.c
            session.connection().execute(
                rollup.table.delete().where(columns.hour.in_(set(taken)), columns.requests == 0)
            )


class _Changes:
    def __init__(self) -> None:
        self._sums: dict[Table, dict[Key, Sums]] = {rollup.table: {} for rollup in (KINDS, ACCOUNTS, USERS)}
        self._histograms: dict[Key, tuple[Histogram, Histogram, Histogram]] = {}

    def count(self, row: EventRow, times: int) -> datetime:
        hour = hour_of(row.created_at)
        measures = _measures(row) if times > 0 else tuple(-value for value in _measures(row))
        for rollup in (KINDS, ACCOUNTS, USERS):
            sums, key = self._sums[rollup.table], rollup.key(hour, row)
            known = sums.get(key)
            sums[key] = measures if known is None else tuple(map(add, known, measures))
        self._distribute(KINDS.key(hour, row), row, times)
        return hour

    def _distribute(self, key: Key, row: EventRow, times: int) -> None:
        if (histograms := self._histograms.get(key)) is None:
            histograms = self._histograms[key] = (Histogram(), Histogram(), Histogram())
        values = (row.latency_in_ms, row.duration_in_ms, row.tokens_per_second)
        for histogram, value in zip(histograms, values, strict=True):
            if value is not None:
                histogram.add(value, times)

    def write(self, session: Session) -> None:
        for rollup in (ACCOUNTS, USERS):
            names = (*rollup.key_columns, *SUMMED)
            rows = [(*key, *sums) for key, sums in sorted(self._sums[rollup.table].items())]
            insert(session, rollup.table, names, rows, _added_up(rollup))
        names = (*KINDS.key_columns, *SUMMED, *DISTRIBUTED)
        keys = sorted(self._histograms)
        before = find(session, KINDS.table, KINDS.key_columns, keys, DISTRIBUTED)
        rows = [(*key, *self._sums[KINDS.table][key], *self._merged(key, before.get(key, ()))) for key in keys]
        insert(session, KINDS.table, names, rows, _added_up(KINDS, DISTRIBUTED))

    def _merged(self, key: Key, before: tuple[bytes, ...]) -> list[bytes]:
        histograms = self._histograms[key]
        for histogram, stored in zip(histograms, before, strict=False):
            histogram.merge(Histogram.from_bytes(stored))
        return [histogram.to_bytes() for histogram in histograms]


def _measures(row: EventRow) -> Sums:
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
    )


def _added_up(rollup: Rollup, replaced: tuple[str, ...] = ()) -> str:
    name = rollup.table.name
    sums = [f"{column} = {name}.{column} + excluded.{column}" for column in SUMMED]
    merged = [f"{column} = excluded.{column}" for column in replaced]
    key = ", ".join(f'"{column}"' for column in rollup.key_columns)
    return f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(sums + merged)}"
