"""Read recorded calls: a page of them, one with everything, what is new, sums for a header.

`scope` is the account whose events may be seen; None sees all, for admins.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlmodel import Session

from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.events import search, text_search
from fluxgate_app.events.event_row import FAILURES, ROW_COLUMNS, EventRow, from_database
from fluxgate_app.events.filters import EVERYTHING, Filters
from fluxgate_app.events.rollups import QUARTER, span_end
from fluxgate_app.events.search import USUAL, Effort, Page
from fluxgate_app.events.sorting import NEWEST_FIRST, Sort
from fluxgate_app.events.tables import ACCOUNT_ROLLUPS, CONTENTS, END_USERS, EVENTS

MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class EndUserRow:
    """What is known of whom a call is attributed to; `monthly_revenue` in USD."""

    id: str
    name: str | None
    email: str | None
    image: str | None
    monthly_revenue: Decimal | None


@dataclass(frozen=True, slots=True)
class EventDetail:
    """Everything about one call; `prompt` and `answer` only where they were kept."""

    event: EventRow
    raw_usage: dict[str, Any] | None
    metadata: dict[str, Any] | None
    prompt: str | None
    answer: str | None
    end_user: EndUserRow | None


@dataclass(frozen=True, slots=True)
class News:
    """Events in the order in which they were stored, and the row id to ask on from."""

    events: tuple[EventRow, ...]
    row_id: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Sums over events: `cost` in USD of those that have a price, `unpriced` the number of those that have none."""

    requests: int
    errors: int
    unpriced: int
    cost: Decimal
    input_tokens: int
    output_tokens: int


def list_events(
    session: Session,
    scope: str | None,
    filters: Filters = EVERYTHING,
    limit: int = 50,
    cursor: str | None = None,
    *,
    sort: Sort = NEWEST_FIRST,
    effort: Effort = USUAL,
) -> Page:
    """The first events that the filters let through, from the cursor on. Raises Invalid for a bad limit or cursor."""
    if not 1 <= limit <= MOST_EVENTS:
        raise Invalid(f"limit must be 1 to {MOST_EVENTS}")
    asked = search.prepare(session, scope, filters, sort=sort, limit=limit, cursor=cursor, effort=effort)
    return text_search.find(asked) or search.find(asked)


def get_event(session: Session, scope: str | None, tracking_id: str) -> EventDetail:
    """Everything about this call. Raises NotFound, also when it is another account's."""
    details = (EVENTS.c.raw_usage, EVENTS.c["metadata"], CONTENTS.c.prompt, CONTENTS.c.answer)
    query = (
        select(*ROW_COLUMNS, *details)
        .join_from(EVENTS, CONTENTS, CONTENTS.c.tracking_id == EVENTS.c.tracking_id, isouter=True)
        .where(EVENTS.c.tracking_id == tracking_id, *_within(scope))
    )
    found = session.connection().execute(query).one_or_none()
    if found is None:
        raise NotFound(f"There is no event {tracking_id[:64]!r}")
    event = from_database(found[: len(ROW_COLUMNS)])
    return EventDetail(event, *found[len(ROW_COLUMNS) :], end_user=_end_user(session, event))


def find_events(session: Session, scope: str | None, tracking_ids: Collection[str]) -> dict[str, EventRow]:
    """Those of these events that exist and may be seen, by tracking id."""
    query = _events(scope, EVERYTHING).where(EVENTS.c.tracking_id.in_(tracking_ids))
    return {event.tracking_id: event for event in _rows(session, query)}


def latest_row_id(session: Session) -> int:
    """The row id of the event that was stored last, 0 when there is none."""
    return session.connection().execute(select(func.max(EVENTS.c.id))).scalar() or 0


def stored_after(session: Session, row_id: int, limit: int = 1000) -> list[tuple[int, str]]:
    """Row id and tracking id of what was stored after this row, in its order; at most so many."""
    columns = select(EVENTS.c.id, EVENTS.c.tracking_id).where(EVENTS.c.id > row_id).order_by(EVENTS.c.id).limit(limit)
    return [(row[0], row[1]) for row in session.connection().execute(columns)]


def events_since(
    session: Session, scope: str | None, row_id: int, filters: Filters = EVERYTHING, limit: int = 100
) -> News:
    """What was stored after this row: new calls, and ones whose end has come late, under a new row id."""
    latest = latest_row_id(session)
    query = _events(scope, filters).where(EVENTS.c.id > row_id, EVENTS.c.id <= latest)
    found = _rows(session, query.order_by(EVENTS.c.id).limit(limit))
    return News(found, found[-1].row_id if len(found) == limit else max(latest, row_id))


def summary(session: Session, scope: str | None, since: datetime) -> Summary:
    """Sums over all events created since then: whole quarters from the rollups, the rest of the first from its rows."""
    first = span_end(since, QUARTER)
    rollups = ACCOUNT_ROLLUPS.c
    names = ("requests", "errors", "unpriced", "cost", "input_tokens", "output_tokens")
    hours = select(*(func.sum(rollups[name]) for name in names)).where(
        rollups.minutes == QUARTER, rollups.start >= first
    )
    rows = select(
        func.count(),
        func.sum(case((EVENTS.c.status.in_(FAILURES), 1), else_=0)),
        func.sum(case((EVENTS.c.cost.is_(None), 1), else_=0)),
        *(func.sum(EVENTS.c[name]) for name in ("cost", "input_tokens", "output_tokens")),
    ).where(EVENTS.c.created_at >= since, EVENTS.c.created_at < first, *_within(scope))
    if scope is not None:
        hours = hours.where(rollups.account == scope)
    parts = [session.connection().execute(query).one() for query in (hours, rows)]
    requests, errors, unpriced, cost, *tokens = (sum(filter(None, values)) for values in zip(*parts, strict=True))
    return Summary(int(requests), int(errors), int(unpriced), Decimal(cost), *map(int, tokens))


def _within(scope: str | None) -> list[ColumnElement[bool]]:
    return [] if scope is None else [EVENTS.c.account == scope]


def _events(scope: str | None, filters: Filters) -> Select[Any]:
    return select(*ROW_COLUMNS).where(*_within(scope), *filters.clauses)


def _rows(session: Session, query: Select[Any]) -> tuple[EventRow, ...]:
    return tuple(map(from_database, session.connection().execute(query)))


def _end_user(session: Session, event: EventRow) -> EndUserRow | None:
    columns = END_USERS.c
    query = select(columns.id, columns.name, columns.email, columns.image, columns.monthly_revenue)
    found = session.connection().execute(
        query.where(columns.account == (event.account or ""), columns.id == event.user)
    )
    row = found.one_or_none()
    return EndUserRow(*row) if row else None
