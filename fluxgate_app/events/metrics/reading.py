"""Read and add up: one query for the rollup and one for single events, joined with the pieces of time to read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, LargeBinary, Select, case, func, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session

from fluxgate_app.errors import Invalid
from fluxgate_app.events.event_row import FAILURES
from fluxgate_app.events.metrics.figures import Tally
from fluxgate_app.events.metrics.periods import Period
from fluxgate_app.events.metrics.piece_table import piece_table
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.metrics.row_histograms import Cell, Key, row_histograms
from fluxgate_app.events.metrics.sources import KNOWN, Source, smallest, sources
from fluxgate_app.events.rollups import DISTRIBUTED, SPANNED, SUMMED
from fluxgate_app.events.search import INDEXED
from fluxgate_app.events.tables import EVENTS

# About a second's work.
MOST_ROWS = 250_000


class _Joined(FunctionElement[bytes]):
    """All bytes of a group, one after the other."""

    inherit_cache = True
    type = LargeBinary()


@compiles(_Joined, "sqlite")
def _in_sqlite(element: _Joined, compiler: Any, **options: Any) -> str:
    # It joins bytes as they are, though it calls them text.
    return f"CAST(group_concat({compiler.process(element.clauses, **options)}, '') AS BLOB)"


@compiles(_Joined, "postgresql")
def _in_postgresql(element: _Joined, compiler: Any, **options: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **options)}, ''::bytea)"


def read(
    session: Session,
    scope: str | None,
    question: Question,
    periods: Sequence[Period],
    keys: Sequence[Key] | None = None,
) -> dict[Cell, Tally]:
    """What the calls of each period add up to, by the question's dimensions (only those `keys` where they are given).

    Groups without calls are left out. Raises Invalid when too much would have to be read from the events themselves.
    """
    groups: dict[Cell, Tally] = defaultdict(Tally)
    if keys is not None and not keys:
        return {}
    for asked in _checked(session, scope, question, periods, keys):
        measures = [*asked.sums(SUMMED), *asked.distributions]
        end = 1 + len(question.columns)
        for row in session.connection().execute(asked.grouped(measures)).all():
            tally = groups[row[0], row[1:end]]
            tally.add(row[end : end + len(SUMMED)])
            if histograms := row[end + len(SUMMED) :]:
                tally.distribute(histograms)
        if question.percentiles and not asked.source.rollup:
            for group, histograms in row_histograms(session.connection().execute(asked.timed())):
                groups[group].distribute(histograms)
    return dict(groups)


def sums(
    session: Session, scope: str | None, question: Question, periods: Sequence[Period], names: Sequence[str]
) -> dict[Cell, list[Any]]:
    """As `read`, but only these of SUMMED, in this order: a fraction of the work where there are many groups."""
    groups: dict[Cell, list[Any]] = {}
    end = 1 + len(question.columns)
    for asked in _checked(session, scope, question, periods):
        for row in session.connection().execute(asked.grouped(asked.sums(names))):
            group, found = (row[0], row[1:end]), row[end:]
            known = groups.get(group)
            groups[group] = [mine + theirs for mine, theirs in zip(known, found, strict=True)] if known else list(found)
    return groups


def _checked(
    session: Session,
    scope: str | None,
    question: Question,
    periods: Sequence[Period],
    keys: Sequence[Key] | None = None,
) -> "list[_Asked]":
    dialect = session.connection().dialect.name
    asked = [
        _Asked(source, piece_table(dialect, source.pieces), question, scope, keys)
        for source in sources(question, scope, periods)
    ]
    if asked and smallest(question, scope) is None:
        some = asked[0].read(MOST_ROWS + 1).subquery()
        if session.connection().execute(select(func.count()).select_from(some)).scalar_one() > MOST_ROWS:
            raise Invalid(
                f"These figures are added up from single requests, of which there are more than {MOST_ROWS:,}: "
                f"give a shorter range, or filter and group by {KNOWN}"
            )
    return asked


@dataclass(frozen=True, slots=True)
class _Asked:
    """Queries for a source."""

    source: Source
    pieces: FromClause
    question: Question
    scope: str | None
    keys: Sequence[Key] | None = None

    @property
    def distributions(self) -> list[ColumnElement[bytes]]:
        """The histograms that are kept there, where they are asked for."""
        if not self.source.rollup or not self.question.percentiles:
            return []
        return [_OF_ROLLUPS[self.source.table.name, name] for name in DISTRIBUTED]

    def sums(self, names: Sequence[str]) -> list[ColumnElement[Any]]:
        """These of SUMMED."""
        if self.source.rollup is None:
            return [_OF_ROWS[name] for name in names]
        return [_OF_ROLLUPS[self.source.table.name, name] for name in names]

    def grouped(self, measures: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """The number of the period, the dimensions, and what is measured."""
        pieces, dimensions = self.pieces, self._dimensions
        query = self._within(select(pieces.c.number, *dimensions, *measures), pieces)
        return query.group_by(pieces.c.number, *dimensions)

    def timed(self) -> Select[Any]:
        """What the distributions of single rows are made of."""
        pieces, events = self.pieces, EVENTS.c
        timed = (events.latency_in_ms, events.is_streamed, events.streaming_duration_in_ms, events.output_tokens)
        return self._within(select(pieces.c.number, *timed, *self._dimensions), pieces)

    def read(self, most: int) -> Select[Any]:
        """The first rows that must be looked at: those of the period that an index tells from others."""
        pieces = self.pieces
        asked = {each.column.attribute: each.values for each in self.question.filters.columns if not each.operator}
        if self.scope is not None:
            asked["account"] = (self.scope,)
        named = [EVENTS.c[name].in_(asked[name]) for name in INDEXED if name in asked]
        within = self.source.within(pieces)
        return select(EVENTS.c.created_at).join_from(pieces, EVENTS, within).where(*named).limit(most)

    @property
    def _dimensions(self) -> list[ColumnElement[str]]:
        return [self.source.dimension(name) for name in self.question.columns]

    def _within(self, query: Select[Any], pieces: FromClause) -> Select[Any]:
        query = query.join_from(pieces, self.source.table, self.source.within(pieces))
        query = query.where(*self.source.clauses(self.question.filters, self.scope))
        return query if self.keys is None else query.where(tuple_(*self._dimensions).in_(self.keys))


# Made once: to make an expression costs as much as to ask.
_OF_ROWS: dict[str, ColumnElement[Any]] = {
    "requests": func.count(),
    "errors": func.sum(case((EVENTS.c.status.in_(FAILURES), 1), else_=0)),
    "unpriced": func.sum(case((EVENTS.c.cost.is_(None), 1), else_=0)),
    **{name: func.coalesce(func.sum(EVENTS.c[name]), 0) for name in SUMMED if name in EVENTS.c},
}
_OF_ROLLUPS = {
    (rollup.table.name, name): (func.sum if name in SUMMED else _Joined)(rollup.table.c[name])
    for rollup in SPANNED
    for name in (*SUMMED, *DISTRIBUTED)
}
