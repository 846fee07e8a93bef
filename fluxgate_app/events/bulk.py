"""Very many new events at once: stored and summed up as columns, in a fraction of the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from sqlmodel import Session

from fluxgate_app.events.distributions import Floats, Ints, buckets_of, packed
from fluxgate_app.events.rollups import ALL, DISTRIBUTED, SUMMED, Key, Rollup, add_up
from fluxgate_app.events.tables import EVENTS, binder, insert_bound, wait_for_turn

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_A_MINUTE = 60_000_000
_COST = SUMMED.index("cost")


@dataclass(frozen=True, slots=True)
class Summed:
    """What rollups sum of some events: of each its time (µs since 1970), measures, and place among a rollup's keys.

    `sums` has a column for each of SUMMED, cost in picodollars; `measured` one for each of DISTRIBUTED, NaN for None.
    """

    moments: Ints
    sums: Ints
    measured: Floats
    keys: dict[str, tuple[Sequence[Key], Ints]]


def add(session: Session, names: Sequence[str], rows: list[tuple[Any, ...]], summed: Summed) -> None:
    """Store events that are known to be new; the values of `rows` are as the driver takes them."""
    wait_for_turn(session)
    insert_bound(session, EVENTS, names, rows)
    buckets = buckets_of(summed.measured)
    for rollup in ALL:
        for minutes in rollup.spans or (0,):
            add_up(session, rollup, _rows(session, rollup, minutes, summed, buckets))


def _rows(session: Session, rollup: Rollup, minutes: int, summed: Summed, buckets: Ints) -> list[tuple[Any, ...]]:
    """What the events add to the spans of this length (0: for ever), in the order of their keys."""
    keys, places = summed.keys[rollup.table.name]
    spans = summed.moments // (minutes * _MICROSECONDS_A_MINUTE) if minutes else np.zeros_like(places)
    codes = spans * len(keys) + places
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    groups = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(ordered)))
    sums: list[list[Any]] = np.add.reduceat(summed.sums[order], begins).T.tolist()
    sums[_COST] = _money(session, rollup, sums[_COST])
    histograms = [packed(groups, buckets[order, column], len(begins)) for column in range(len(DISTRIBUTED))]
    found = ordered[begins]
    prefix = _prefix(session, rollup, minutes, (found // len(keys)).tolist())
    return [
        (*begin, *keys[place], *values)
        for begin, place, *values in zip(prefix, (found % len(keys)).tolist(), *sums, *histograms, strict=True)
    ]


def _prefix(session: Session, rollup: Rollup, minutes: int, spans: list[int]) -> list[tuple[Any, ...]]:
    if not minutes:
        return [()] * len(spans)
    bind = binder(session.connection(), rollup.table.c.start)
    bound = {span: (minutes, bind(_EPOCH + timedelta(minutes=minutes * span))) for span in set(spans)}
    return [bound[span] for span in spans]


def _money(session: Session, rollup: Rollup, picodollars: list[int]) -> list[Any]:
    if session.connection().dialect.name == "sqlite":
        # That is how `Money` keeps it there.
        return picodollars
    bind = binder(session.connection(), rollup.table.c.cost)
    return [bind(Decimal(amount).scaleb(-12)) for amount in picodollars]
