"""Read and add up: one query for each source, joined with the pieces of time to read there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    case,
    column,
    func,
    select,
    tuple_,
    values,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session

from fluxgate_app.errors import Invalid
from fluxgate_app.events.event_row import FAILURES
from fluxgate_app.events.metrics.figures import Tally
from fluxgate_app.events.metrics.periods import Period
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.metrics.row_histograms import Group, Key, row_histograms
from fluxgate_app.events.metrics.sources import KNOWN, Source, smallest, sources
from fluxgate_app.events.rollups import DISTRIBUTED, SUMMED
from fluxgate_app.events.search import INDEXED
from fluxgate_app.events.tables import EVENTS
from fluxgate_app.models.columns import UtcTime

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
) -> dict[Group, Tally]:
    """What the calls of each period add up to, by the question's dimensions (only those `keys` where they are given).

    Groups without calls are left out. Raises Invalid when too much would have to be read from the events themselves.
    """
    groups: dict[Group, Tally] = defaultdict(Tally)
    if keys is not None and not keys:
        return {}
    for source in _checked(session, scope, question, periods):
        asked = _Asked(source, question, scope, keys)
        measures = [*asked.sums(SUMMED), *(_Joined(source.table.c[name]) for name in asked.distributed)]
        for number, *found in session.connection().execute(asked.grouped(measures)):
            key, values = tuple(found[: asked.width]), found[asked.width :]
            groups[number, key].add(values[: len(SUMMED)], values[len(SUMMED) :])
        if not source.rollup:
            for group, histograms in row_histograms(session.connection().execute(asked.timed())):
                groups[group].distribute(histograms)
    return dict(groups)


def sums(
    session: Session, scope: str | None, question: Question, periods: Sequence[Period], names: Sequence[str]
) -> dict[Group, Tally]:
    """As `read`, but only these of SUMMED, and no distributions: a fraction of the work where there are many groups."""
    groups: dict[Group, Tally] = defaultdict(Tally)
    for source in _checked(session, scope, question, periods):
        asked = _Asked(source, question, scope, None)
        for number, *found in session.connection().execute(asked.grouped(asked.sums(names))):
            given = dict(zip(names, found[asked.width :], strict=True))
            groups[number, tuple(found[: asked.width])].add([given.get(name, 0) for name in SUMMED])
    return dict(groups)


def _checked(session: Session, scope: str | None, question: Question, periods: Sequence[Period]) -> list[Source]:
    found = sources(question, scope, periods)
    if found and smallest(question, scope) is None:
        read = _Asked(found[0], question, scope, None).read(MOST_ROWS + 1).subquery()
        if session.connection().execute(select(func.count()).select_from(read)).scalar_one() > MOST_ROWS:
            raise Invalid(
                f"These figures are added up from single requests, of which there are more than {MOST_ROWS:,}: "
                f"give a shorter range, or filter and group by {KNOWN}"
            )
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """Queries for a source."""

    source: Source
    question: Question
    scope: str | None
    keys: Sequence[Key] | None

    @property
    def width(self) -> int:
        """How many dimensions there are."""
        return len(self.question.columns)

    @property
    def distributed(self) -> Sequence[str]:
        """Which histograms it keeps."""
        return DISTRIBUTED if self.source.rollup else ()

    def sums(self, names: Sequence[str]) -> list[ColumnElement[Any]]:
        """These of SUMMED."""
        return [func.sum(self.source.table.c[name]) if self.source.rollup else _of_rows(name) for name in names]

    def grouped(self, measures: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """The number of the period, the dimensions, and what is measured."""
        pieces, dimensions = _pieces(self.source), self._dimensions
        query = self._within(select(pieces.c.number, *dimensions, *measures), pieces)
        return query.group_by(pieces.c.number, *dimensions)

    def timed(self) -> Select[Any]:
        """What the distributions of single rows are made of."""
        pieces, events = _pieces(self.source), EVENTS.c
        timed = (events.latency_in_ms, events.is_streamed, events.streaming_duration_in_ms, events.output_tokens)
        return self._within(select(pieces.c.number, *timed, *self._dimensions), pieces)

    def read(self, most: int) -> Select[Any]:
        """The first rows that must be looked at: those of the period that an index tells from others."""
        pieces = _pieces(self.source)
        asked = {each.column.attribute: each.values for each in self.question.filters.columns if not each.operator}
        if self.scope is not None:
            asked["account"] = (self.scope,)
        named = [EVENTS.c[name].in_(asked[name]) for name in INDEXED if name in asked]
        times = (EVENTS.c.created_at >= pieces.c.since) & (EVENTS.c.created_at < pieces.c.until)
        return select(EVENTS.c.created_at).join_from(pieces, EVENTS, times).where(*named).limit(most)

    @property
    def _dimensions(self) -> list[ColumnElement[str]]:
        return [self.source.dimension(name) for name in self.question.columns]

    def _within(self, query: Select[Any], pieces: FromClause) -> Select[Any]:
        times = (self.source.time >= pieces.c.since) & (self.source.time < pieces.c.until)
        query = query.join_from(pieces, self.source.table, times)
        query = query.where(*self.source.clauses(self.question.filters, self.scope))
        return query if self.keys is None else query.where(tuple_(*self._dimensions).in_(self.keys))


def _of_rows(name: str) -> ColumnElement[Any]:
    counted = {
        "requests": func.count(),
        "errors": func.sum(case((EVENTS.c.status.in_(FAILURES), 1), else_=0)),
        "unpriced": func.sum(case((EVENTS.c.cost.is_(None), 1), else_=0)),
    }
    return counted[name] if name in counted else func.coalesce(func.sum(EVENTS.c[name]), 0)


def _pieces(source: Source) -> FromClause:
    columns = column("number", Integer), column("since", UtcTime()), column("until", UtcTime())
    rows = [(piece.number, piece.period.since, piece.period.until) for piece in source.pieces]
    return values(*columns, name="piece").data(rows).cte("piece")
