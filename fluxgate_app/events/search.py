"""Find a page of events in bounded time, however rare it is what the filters ask for.

The events are read in stretches of time. A stretch holds so many rows of a source: an index that gives some of what is
asked for in the order of time, the rarest of those that there are. What else is asked for is checked row by row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlmodel import Session

from fluxgate_app.events import cursor as cursors
from fluxgate_app.events.cursor import Cursor
from fluxgate_app.events.event_row import ROW_COLUMNS, EventRow, from_database
from fluxgate_app.events.feedback import is_rated
from fluxgate_app.events.filters import Filter, Filters
from fluxgate_app.events.sorting import NEWEST_FIRST, Sort
from fluxgate_app.events.tables import EVENTS

# Columns with an index on (column, created_at), those first of which one value usually has the fewest events.
INDEXED = (
    "conversation_id",
    "session_id",
    "user",
    "api_key",
    "account",
    "error_type",
    "status",
    "feature",
    "model",
    "provider",
)
_SOURCES = ("rating", *INDEXED)
_MOST_SOURCES = 20
_PROBED = 2000


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look: rows of the first and of the longest stretch, how long, rows that are sorted at once."""

    first: int = 2000
    longest: int = 50_000
    seconds: float = 0.4
    sorted: int = 250_000


USUAL = Effort()


@dataclass(frozen=True, slots=True)
class Page:
    """Events in their order; `next_cursor` asks for those after them, None when there are none.

    `searched_back_to` is set when the search stopped early: what it has not reached yet is beyond that time.
    """

    events: tuple[EventRow, ...]
    next_cursor: str | None
    searched_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows that an index gives in the order of time, or so few that their order does not matter."""

    index: str | None
    clauses: tuple[ColumnElement[bool], ...] = ()

    def of(self, columns: Sequence[Any], *clauses: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
        """A query over these rows, read by their index."""
        query = select(*columns).select_from(EVENTS).where(*self.clauses, *clauses)
        hint = "" if self.index is None else f"INDEXED BY ix_ai_event_{self.index}"
        return query.with_hint(EVENTS, hint, "sqlite")


_ALL = (_Source("created"),)


@dataclass(frozen=True, slots=True)
class Search:
    """A page that is asked for, and the sources in which it is looked for: nothing that they do not hold can match."""

    session: Session
    filters: Filters
    sources: tuple[_Source, ...]
    times: list[ColumnElement[bool]]
    clauses: list[ColumnElement[bool]]
    sort: Sort
    limit: int
    place: Cursor
    effort: Effort

    def end(self, begin: ColumnElement[bool] | None, rows: int) -> datetime | None:
        """Where a stretch of so many rows ends, None when the sources end before."""
        ends = [end for source in self.sources if (end := self._end_of(source, begin, rows))]
        return (min if self._forward else max)(ends, default=None)

    def rows(self, clauses: list[ColumnElement[bool]], limit: int) -> list[EventRow]:
        """The first rows of these that match."""
        found = self.queries(ROW_COLUMNS, clauses)
        asked = [query.order_by(*self.sort.order_by).limit(limit) for query in found]
        query = asked[0]
        if len(asked) > 1:
            ids = union_all(*(select(each.subquery().c.id) for each in asked))
            query = select(*ROW_COLUMNS).where(EVENTS.c.id.in_(ids)).order_by(*self.sort.order_by).limit(limit)
        return [from_database(row) for row in self.session.connection().execute(query)]

    def queries(self, columns: Sequence[Any], clauses: Sequence[ColumnElement[bool]]) -> list[Select[*tuple[Any, ...]]]:
        """A query for what matches in each source; no event is in two."""
        return [source.of(columns, *self.times, *self.clauses, *clauses) for source in self.sources]

    @property
    def after(self) -> list[ColumnElement[bool]]:
        """After what the pages before have shown, or searched."""
        if self.place.tracking_id is None:
            return self.beyond(self.place.begin)
        return [self.sort.after(self.place.key, self.place.tracking_id)]

    def beyond(self, time: datetime | None) -> list[ColumnElement[bool]]:
        """After all of this time has been read."""
        if time is None:
            return []
        return [EVENTS.c.created_at > time if self._forward else EVENTS.c.created_at < time]

    def until(self, time: datetime | None) -> list[ColumnElement[bool]]:
        """Up to this time, itself included."""
        if time is None:
            return []
        return [EVENTS.c.created_at <= time if self._forward else EVENTS.c.created_at >= time]

    def is_shorter_than(self, rows: int) -> bool:
        """Whether an index gives fewer rows than that, of which no more are counted than are read at once."""
        most = min(rows, self.effort.longest)
        counts = (_count(self.session, source, self.times, most) for source in self.sources)
        return self.sources != _ALL and sum(counts) < most

    @property
    def _forward(self) -> bool:
        return self.sort.by_time and not self.sort.descending

    def _end_of(self, source: _Source, begin: ColumnElement[bool] | None, rows: int) -> datetime | None:
        created_at = EVENTS.c.created_at
        order = created_at.asc() if self._forward else created_at.desc()
        clauses = [*self.times, *([] if begin is None else [begin])]
        stretch = source.of([created_at], *clauses).order_by(order).limit(rows).subquery()
        furthest = (func.max if self._forward else func.min)(stretch.c.created_at, type_=created_at.type)
        counted, end = self.session.connection().execute(select(func.count(), furthest)).one()
        return end if counted == rows else None


def prepare(
    session: Session,
    scope: str | None,
    filters: Filters,
    *,
    sort: Sort = NEWEST_FIRST,
    limit: int = 50,
    cursor: str | None = None,
    effort: Effort = USUAL,
) -> Search:
    """A page of what the filters let through in this scope, looked for where there is least to read.

    Raises Invalid for a bad cursor.
    """
    times = filters.time.clauses(EVENTS.c.created_at)
    clauses = [*([] if scope is None else [EVENTS.c.account == scope]), *filters.checks]
    sources, place = _sources(session, scope, filters, times), cursors.read(cursor, sort)
    return Search(session, filters, sources, times, clauses, sort, limit, place, effort)


def find(search: Search) -> Page:
    """The page, read from the events."""
    return _by_time(search) if search.sort.by_time else _sorted(search)


def _by_time(search: Search) -> Page:
    """Stretch after stretch, each longer, until the page is full or the time is up."""
    begun, size, found = monotonic(), max(search.effort.first, search.limit), list[EventRow]()
    begin = search.after
    while True:
        end = search.end(begin[0] if begin else None, size)
        found += search.rows([*begin, *search.until(end)], search.limit + 1 - len(found))
        if len(found) > search.limit:
            return _page(search, found, Cursor())
        if end is None:
            return Page(tuple(found), None)
        if monotonic() - begun >= search.effort.seconds:
            return Page(tuple(found), Cursor(begin=end).write(search.sort), end)
        begin, size = search.beyond(end), min(4 * size, search.effort.longest)


def _sorted(search: Search) -> Page:
    """One stretch, sorted; the next one follows when this one is read to its end."""
    place = search.place
    begin, end = search.beyond(place.begin), place.end
    if place.tracking_id is None:
        end = search.end(begin[0] if begin else None, search.effort.sorted)
    after = [] if place.tracking_id is None else search.after
    found = search.rows([*begin, *search.until(end), *after], search.limit + 1)
    if len(found) > search.limit:
        return _page(search, found, Cursor(place.begin, end), end)
    return Page(tuple(found), Cursor(begin=end).write(search.sort) if end else None, end)


def _page(search: Search, found: list[EventRow], stretch: Cursor, searched_back_to: datetime | None = None) -> Page:
    shown, sort = found[: search.limit], search.sort
    following = Cursor(stretch.begin, stretch.end, sort.key.of(shown[-1]), shown[-1].tracking_id)
    return Page(tuple(shown), following.write(sort), searched_back_to)


def _sources(
    session: Session, scope: str | None, filters: Filters, times: list[ColumnElement[bool]]
) -> tuple[_Source, ...]:
    """The rarest of what is asked for and indexed."""
    asked = {each.column.attribute: each.values for each in filters.columns if _is_source(each)}
    if scope is not None:
        asked["account"] = (scope,)
    choices = [tuple(_source(name, value) for value in set(asked[name])) for name in _SOURCES if name in asked]
    if len(choices) < 2:
        return choices[0] if choices else _ALL
    return min(choices, key=lambda sources: sum(_count(session, source, times, _PROBED) for source in sources))


def _is_source(each: Filter) -> bool:
    return each.column.attribute in _SOURCES and not each.operator and len(each.values) <= _MOST_SOURCES


def _source(name: str, value: str) -> _Source:
    if name == "rating":
        return _Source(None, (is_rated(value),))
    return _Source(name, (EVENTS.c[name] == value,))


def _count(session: Session, source: _Source, times: list[ColumnElement[bool]], most: int) -> int:
    """How many rows there are, as far as that matters."""
    some = source.of([EVENTS.c.created_at], *times).limit(most).subquery()
    return session.connection().execute(select(func.count()).select_from(some)).scalar_one()
