"""Add up all rows again: after a change of what is summed, and to mend what went wrong."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from sqlalchemy import Column, select
from sqlmodel import Session

from fluxgate_app import db
from fluxgate_app.db import Database
from fluxgate_app.events import rollups
from fluxgate_app.events.event_row import ROW_COLUMNS, from_database
from fluxgate_app.events.prune import kept_since
from fluxgate_app.events.tables import EVENT_COUNTERS, EVENTS, wait_for_turn

BATCH = 10_000


def rebuild(database: Database, progress: Callable[[int], None] = lambda done: None) -> int:
    """Empty all rollups and counters and fill them from the rows, in one transaction; gives the number of rows.

    The sums of requests that were deleted by their age stay: nothing else is left of those. Calls that end meanwhile
    wait in the journal. `progress` hears how many rows are done.
    """
    with database.writing() as session:
        return _rebuild(session, progress)


def migrate(url: str) -> bool:
    """Bring the database to this code's schema, and its rollups with it; True when there was something to do.

    Raises DatabaseError when it cannot be reached, or when newer code has migrated it.
    """
    changed = db.migrate(url)
    with closing(Database(url)) as database, database.reading() as session:
        # A migration that changes what is summed leaves nothing summed.
        empty = _any(session, EVENTS.c.id) and not _any(session, EVENT_COUNTERS.c.origin)
        if empty:
            rebuild(database)
    return changed or empty


def _any(session: Session, column: Column[Any]) -> bool:
    return session.connection().execute(select(column).limit(1)).first() is not None


def _rebuild(session: Session, progress: Callable[[int], None]) -> int:
    wait_for_turn(session)
    since = kept_since(session, "requests")
    for rollup in rollups.SPANNED:
        again = [] if since is None else [rollup.table.c.start >= since]
        session.connection().execute(rollup.table.delete().where(*again))
    session.connection().execute(EVENT_COUNTERS.delete())
    if since is not None:
        rollups.count_spans(session, since)
    done = 0
    # By time, so that each batch touches few spans.
    query = select(*ROW_COLUMNS).order_by(EVENTS.c.created_at).execution_options(yield_per=BATCH)
    if since is not None:
        query = query.where(EVENTS.c.created_at >= since)
    for batch in session.connection().execute(query).partitions():
        rollups.apply(session, list(map(from_database, batch)))
        done += len(batch)
        progress(done)
    return done
