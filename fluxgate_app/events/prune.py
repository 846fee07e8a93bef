"""Delete what is older than an admin wants it kept: texts, requests and figures, each at its own age.

Figures outlive the requests they were added up from. So that none is counted twice, a call that is dated before what is
kept is not stored any more, unless it is known to be open. All is cut where a day begins in UTC, so that each span of a
rollup lies on one side.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events import rollups, text_index
from fluxgate_app.events.rollups import DAY, Rollup
from fluxgate_app.events.tables import CONTENTS, EVENTS, FEEDBACK, PRUNINGS, insert, remove, wait_for_turn
from fluxgate_app.models.columns import now as this_moment

# Few enough that a call which ends meanwhile is stored without a noticeable wait.
BATCH = 2000
# A call whose process died may get its end days later, when its machine is back: then its row must still be there.
SHORTEST = {"contents": 1, "requests": 7, "figures": 7}
LONGEST = 36_500
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ages:
    """After how many days each part is deleted; None keeps it for ever. Raises Invalid for what cannot be."""

    contents: int | None = None
    requests: int | None = None
    figures: int | None = None

    def __post_init__(self) -> None:
        for part, shortest in SHORTEST.items():
            days = getattr(self, part)
            if days is not None and not shortest <= days <= LONGEST:
                raise Invalid(f"{part}: keep them {shortest} to {LONGEST} days, or say nothing to keep them for ever")
        if self.figures is not None and (self.requests is None or self.requests > self.figures):
            raise Invalid("figures: keep them at least as long as requests, whose sums they are")


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many of each part were deleted: prompts with answers, and reasons; requests; figures, sums over a span."""

    contents: int
    requests: int
    figures: int


def prune(database: Database, ages: Ages, now: datetime) -> Deleted:
    """Delete what is older, a little at a time; what is broken off goes on the next time."""
    ends = {each.name: _end(getattr(ages, each.name), now) for each in fields(ages)}
    for part, end in ends.items():
        if end is not None:
            with database.writing() as session:
                _mark(session, part, end)
    # The texts of a request go with it at the latest.
    texts = max(filter(None, (ends["contents"], ends["requests"])), default=None)
    return Deleted(
        _delete_before(database, _texts_before, texts) + _delete_before(database, _reasons_before, texts),
        _delete_before(database, _requests_before, ends["requests"]),
        sum(_delete_spans(database, rollup, ends["figures"]) for rollup in rollups.SPANNED),
    )


def kept_since(session: Session, part: str) -> datetime | None:
    """From when on this part is whole; None when nothing of it was ever deleted by age."""
    return session.connection().execute(select(PRUNINGS.c.before).where(PRUNINGS.c.part == part)).scalar_one_or_none()


def closed_before(session: Session, moments: Iterable[datetime]) -> datetime:
    """Nothing new may be dated before this: it could have been counted, and deleted, already.

    Looked up only where some of these `moments` are so long ago that it matters.
    """
    youngest = this_moment() - timedelta(days=SHORTEST["requests"])
    if all(moment >= youngest for moment in moments):
        return _NEVER
    return kept_since(session, "requests") or _NEVER


def _end(days: int | None, now: datetime) -> datetime | None:
    return None if days is None else rollups.span_start(now - timedelta(days=days), DAY)


def _mark(session: Session, part: str, end: datetime) -> None:
    before = kept_since(session, part)
    if before is None or before < end:
        then = "ON CONFLICT (part) DO UPDATE SET before = excluded.before, changed_at = excluded.changed_at"
        insert(session, PRUNINGS, ("part", "before", "changed_at"), [(part, end, this_moment())], then)


def _delete_before(database: Database, delete_some: Callable[[Session, datetime], int], end: datetime | None) -> int:
    """Oldest first, a batch in each transaction."""
    deleted, count = 0, BATCH
    while end is not None and count == BATCH:
        with database.writing() as session:
            wait_for_turn(session)
            count = delete_some(session, end)
        deleted += count
    return deleted


def _texts_before(session: Session, end: datetime) -> int:
    ids, created_at = CONTENTS.c.tracking_id, CONTENTS.c.created_at
    oldest = select(ids).where(created_at < end).order_by(created_at).limit(BATCH)
    return session.connection().execute(delete(CONTENTS).where(ids.in_(oldest))).rowcount


def _reasons_before(session: Session, end: datetime) -> int:
    """That an answer was good or not is no text, and stays for as long as its request."""
    ids, created_at = FEEDBACK.c.tracking_id, FEEDBACK.c.created_at
    some = select(ids).where(created_at < end, FEEDBACK.c.reason != "").limit(BATCH)
    return session.connection().execute(update(FEEDBACK).where(ids.in_(some)).values(reason="")).rowcount


def _requests_before(session: Session, end: datetime) -> int:
    ids, created_at = EVENTS.c.id, EVENTS.c.created_at
    oldest = select(ids, EVENTS.c.tracking_id).where(created_at < end).order_by(created_at).limit(BATCH)
    found = session.connection().execute(oldest).all()
    row_ids = {row.id for row in found}
    text_index.forget(session, row_ids)
    remove(session, FEEDBACK, [row.tracking_id for row in found])
    return session.connection().execute(delete(EVENTS).where(ids.in_(row_ids))).rowcount


def _delete_spans(database: Database, rollup: Rollup, end: datetime | None) -> int:
    """A day in each transaction."""
    columns = rollup.table.c
    of_a_day = _days(database, rollup, end) if end is not None else ()
    return sum(
        _delete(database, rollup.table, columns.minutes.in_(rollup.spans) & columns.start.between(first, last))
        for first, last in of_a_day
    )


def _days(database: Database, rollup: Rollup, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    columns = rollup.table.c
    while True:
        with database.reading() as session:
            oldest = select(func.min(columns.start)).where(columns.minutes.in_(rollup.spans), columns.start < end)
            first = session.connection().execute(oldest).scalar_one()
        if first is None:
            return
        start = rollups.span_start(first, DAY)
        yield start, start + timedelta(minutes=DAY - 1)


def _delete(database: Database, table: Table, which: ColumnElement[bool]) -> int:
    with database.writing() as session:
        wait_for_turn(session)
        return session.connection().execute(delete(table).where(which)).rowcount
