"""Where figures are read: from the smallest rollup that knows all that is asked for, between its spans from rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, func

from fluxgate_app.errors import Invalid
from fluxgate_app.events.filters import Filters
from fluxgate_app.events.metrics.periods import Period
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.operators import OPERATORS
from fluxgate_app.events.rollups import ACCOUNTS, KINDS, USERS, Rollup, span_end, span_start
from fluxgate_app.events.tables import EVENTS
from fluxgate_app.events.time_ranges import ALWAYS

LONGEST_IN_ROWS = timedelta(days=31)
# What rollups know, for a reader.
KNOWN = "account, provider, model, feature, step, status and origin, or by account, user and origin"
# The smallest first.
_ROLLUPS = (ACCOUNTS, KINDS, USERS)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the period with this number, to be read from spans of so many minutes, or from single events (0)."""

    number: int
    minutes: int
    period: Period


@dataclass(frozen=True, slots=True)
class Source:
    """A place to read from: a rollup, or the events themselves."""

    rollup: Rollup | None
    pieces: tuple[Piece, ...]

    @property
    def table(self) -> Table:
        """Where that is."""
        return self.rollup.table if self.rollup else EVENTS

    def within(self, pieces: FromClause) -> ColumnElement[bool]:
        """That a row of it lies in one of the pieces, which have `minutes`, `since` and `until`."""
        time = self.table.c.start if self.rollup else self.table.c.created_at
        times = (time >= pieces.c.since) & (time < pieces.c.until)
        return (self.table.c.minutes == pieces.c.minutes) & times if self.rollup else times

    def dimension(self, name: str) -> ColumnElement[str]:
        """A column to group by; what is absent is ''."""
        column = self.table.c[name]
        return column if self.rollup else func.coalesce(column, "")

    def clauses(self, filters: Filters, scope: str | None) -> list[ColumnElement[bool]]:
        """What must hold of its rows, times apart."""
        own = [] if scope is None else [self.table.c.account == scope]
        return [*own, *self._filters(filters)]

    def _filters(self, filters: Filters) -> Iterator[ColumnElement[bool]]:
        if not self.rollup:
            yield from replace(filters, time=ALWAYS).clauses
            return
        for each in filters.columns:
            # Rows have NULL where rollups, whose keys cannot, have ''.
            column: Any = func.nullif(self.table.c[each.column.attribute], "")
            yield OPERATORS[each.operator].clause(column, each.values)


def sources(question: Question, scope: str | None, periods: Sequence[Period]) -> list[Source]:
    """Where to read these periods from, each numbered by its place.

    Raises Invalid when more than 31 days until now would have to be read from the events themselves.
    """
    rollup = smallest(question, scope)
    spans = sorted(rollup.spans, reverse=True) if rollup else []
    pieces = [
        Piece(number, minutes, part) for number, period in enumerate(periods) for minutes, part in _split(period, spans)
    ]
    summed, single = (tuple(each for each in pieces if bool(each.minutes) == is_summed) for is_summed in (True, False))
    _check_length(single, question.now)
    return [*([Source(rollup, summed)] if summed else []), *([Source(None, single)] if single else [])]


def smallest(question: Question, scope: str | None) -> Rollup | None:
    """The rollup that knows all that is asked for, None when only the events do."""
    if question.filters.text:
        return None
    needed = {*question.columns, *(each.column.attribute for each in question.filters.columns)}
    if scope is not None:
        needed.add("account")
    return next((rollup for rollup in _ROLLUPS if needed <= set(rollup.dimensions)), None)


def _split(period: Period, spans: Sequence[int]) -> Iterator[tuple[int, Period]]:
    """Whole long spans in the middle, shorter ones around them, what is left at the very edges without a span (0)."""
    if period.since >= period.until:
        return
    if not spans:
        yield 0, period
        return
    longest, shorter = spans[0], spans[1:]
    begin, end = span_end(period.since, longest), span_start(period.until, longest)
    if begin >= end:
        yield from _split(period, shorter)
        return
    yield from _split(Period(period.since, begin), shorter)
    yield longest, Period(begin, end)
    yield from _split(Period(end, period.until), shorter)


def _check_length(pieces: Sequence[Piece], now: datetime) -> None:
    periods = [piece.period for piece in pieces]
    lengths = (min(period.until, max(now, period.since)) - period.since for period in periods)
    if sum(lengths, timedelta()) > LONGEST_IN_ROWS:
        raise Invalid(
            f"These figures are added up from single requests, over at most {LONGEST_IN_ROWS.days} days: "
            f"give a shorter range, or filter and group by {KNOWN}"
        )
