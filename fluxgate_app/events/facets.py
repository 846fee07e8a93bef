"""Which values a column has among the events that the filters let through, and how often."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session

from fluxgate_app.events import search
from fluxgate_app.events.columns import EventColumn
from fluxgate_app.events.filters import Filters

ROWS = 50_000
MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class Facets:
    """Values and how many events have each, the most frequent first; None is that of events without one.

    `counted_back_to` is set when there was more to read: older events are not counted.
    """

    counts: tuple[tuple[Any, int], ...]
    counted_back_to: datetime | None


def facets(
    session: Session,
    scope: str | None,
    filters: Filters,
    column: EventColumn,
    *,
    most: int = MOST_VALUES,
    rows: int = ROWS,
) -> Facets:
    """The column's most frequent values among the newest events; at most so many `rows` are read.

    Filters of the column itself are left aside: what they leave out could be chosen too.
    """
    others = replace(filters, columns=tuple(each for each in filters.columns if each.column != column))
    searched = search.prepare(session, scope, others)
    end = searched.end(None, rows)
    counted = Counter[Any]()
    for query in searched.queries((column.column, func.count()), searched.until(end)):
        for value, count in session.connection().execute(query.group_by(column.column)):
            counted[value] += count
    return Facets(tuple(sorted(counted.items(), key=_frequent_first)[:most]), end)


def _frequent_first(counted: tuple[Any, int]) -> tuple[int, str]:
    value, count = counted
    return -count, str(value)
