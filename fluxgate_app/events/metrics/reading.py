"""Read and add up: one query for each source, joined with the pieces of time to read there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    values,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session

from fluxgate_app.events.event_row import FAILURES, speed
from fluxgate_app.events.histogram import Histogram, bucket_of
from fluxgate_app.events.metrics.figures import Tally
from fluxgate_app.events.metrics.periods import Period
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.metrics.sources import Source, sources
from fluxgate_app.events.rollups import DISTRIBUTED, SUMMED
from fluxgate_app.events.tables import EVENTS
from fluxgate_app.models.columns import UtcTime

# The number of the period, then the values of the dimensions.
Group = tuple[int, tuple[str, ...]]


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


def read(session: Session, scope: str | None, question: Question, periods: Sequence[Period]) -> dict[Group, Tally]:
    """What the calls of each period add up to, by the question's dimensions; groups without calls are left out.

    Raises Invalid when too much would have to be read from the events themselves.
    """
    groups: dict[Group, Tally] = defaultdict(Tally)
    for source in sources(question, scope, periods):
        clauses = source.clauses(question.filters, scope)
        keys = [source.dimension(name) for name in question.columns]
        if source.rollup:
            _add_rollups(session, source, keys, clauses, groups)
        else:
            _add_rows(session, source, keys, clauses, groups)
    return dict(groups)


def _add_rollups(
    session: Session,
    source: Source,
    keys: list[ColumnElement[str]],
    clauses: list[ColumnElement[bool]],
    groups: dict[Group, Tally],
) -> None:
    table = source.table.c
    measures = [*(func.sum(table[name]) for name in SUMMED), *(_Joined(table[name]) for name in DISTRIBUTED)]
    for number, *found in session.connection().execute(_grouped(source, keys, measures, clauses)):
        sums, data = found[len(keys) : len(keys) + len(SUMMED)], found[len(keys) + len(SUMMED) :]
        groups[number, tuple(found[: len(keys)])].add(sums, data)


def _add_rows(
    session: Session,
    source: Source,
    keys: list[ColumnElement[str]],
    clauses: list[ColumnElement[bool]],
    groups: dict[Group, Tally],
) -> None:
    for number, *found in session.connection().execute(_grouped(source, keys, _row_sums(), clauses)):
        groups[number, tuple(found[: len(keys)])].add(found[len(keys) :])
    for group, histograms in _row_histograms(session.connection().execute(_timed(source, keys, clauses))):
        groups[group].distribute(histograms)


def _grouped(
    source: Source,
    keys: list[ColumnElement[str]],
    measures: Sequence[ColumnElement[Any]],
    clauses: list[ColumnElement[bool]],
) -> Select[Any]:
    pieces = _pieces(source)
    return (
        _within(select(pieces.c.number, *keys, *measures), source, pieces)
        .where(*clauses)
        .group_by(pieces.c.number, *keys)
    )


def _timed(source: Source, keys: list[ColumnElement[str]], clauses: list[ColumnElement[bool]]) -> Select[Any]:
    """What the distributions of single rows are made of."""
    pieces, events = _pieces(source), EVENTS.c
    timed = (events.latency_in_ms, events.is_streamed, events.streaming_duration_in_ms, events.output_tokens)
    return _within(select(pieces.c.number, *timed, *keys), source, pieces).where(*clauses)


def _row_histograms(rows: Iterable[Any]) -> Iterator[tuple[Group, list[bytes]]]:
    measured: dict[Group, tuple[list[int], list[int], list[int]]] = defaultdict(lambda: ([], [], []))
    for number, latency, is_streamed, streaming, written, *key in rows:
        latencies, durations, speeds = measured[number, tuple(key)]
        duration = streaming if is_streamed else latency
        if latency is not None:
            latencies.append(bucket_of(latency))
        if duration is not None:
            durations.append(bucket_of(duration))
        if (tokens_per_second := speed(written, latency, streaming)) is not None:
            speeds.append(bucket_of(tokens_per_second))
    for group, buckets in measured.items():
        yield group, [Histogram(each).to_bytes() for each in buckets]


def _row_sums() -> list[ColumnElement[Any]]:
    counted = {
        "requests": func.count(),
        "errors": func.sum(case((EVENTS.c.status.in_(FAILURES), 1), else_=0)),
        "unpriced": func.sum(case((EVENTS.c.cost.is_(None), 1), else_=0)),
    }
    return [counted[name] if name in counted else func.coalesce(func.sum(EVENTS.c[name]), 0) for name in SUMMED]


def _pieces(source: Source) -> FromClause:
    columns = column("number", Integer), column("since", UtcTime()), column("until", UtcTime())
    rows = [(piece.number, piece.period.since, piece.period.until) for piece in source.pieces]
    return values(*columns, name="piece").data(rows).cte("piece")


def _within(query: Select[Any], source: Source, pieces: FromClause) -> Select[Any]:
    return query.join_from(pieces, source.table, (source.time >= pieces.c.since) & (source.time < pieces.c.until))
