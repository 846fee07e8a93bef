"""Leases of processes, and what becomes of the calls of one that died: they are INTERRUPTED."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlmodel import Session

from fluxgate_app.events.call import Call, start_from_dict
from fluxgate_app.events.store import store
from fluxgate_app.events.tables import LEASES, OPEN_CALLS, insert, wait_for_turn
from fluxgate_app.tracking.record import CallEnd, CallStart, CostSource, Status, Usage

LEASE = timedelta(seconds=30)
# A machine that stays away for longer than this reads its journal from the beginning when it is back: that takes
# long, but each call is stored once all the same.
_REMEMBERED = timedelta(days=3650)


def renew(session: Session, process_id: str, expires_at: datetime, position: int) -> None:
    """Say that this process lives until then at least, and that its journal is stored up to this byte."""
    # Otherwise the last word of a process that was killed just now could come after it has been buried.
    wait_for_turn(session)
    insert(
        session,
        LEASES,
        ("process_id", "expires_at", "position"),
        [(process_id, expires_at, position)],
        "ON CONFLICT (process_id) DO UPDATE SET expires_at = excluded.expires_at, position = excluded.position",
    )


def position_of(session: Session, process_id: str) -> int:
    """Up to which byte the journal of this process is stored."""
    query = select(LEASES.c.position).where(LEASES.c.process_id == process_id)
    return session.connection().execute(query).scalar_one_or_none() or 0


def bury(session: Session, process_id: str) -> list[str]:
    """Record as INTERRUPTED what a process left open that is known to be gone; gives the tracking ids."""
    wait_for_turn(session)
    interrupted = _interrupt(session, OPEN_CALLS.c.process_id == process_id)
    session.connection().execute(delete(LEASES).where(LEASES.c.process_id == process_id))
    return interrupted


def sweep(session: Session, now: datetime) -> list[str]:
    """Record as INTERRUPTED the open calls of all processes whose lease has run out; gives the tracking ids.

    Any process may do it at any time. An end that comes later after all replaces what was recorded here.
    """
    wait_for_turn(session)
    session.connection().execute(delete(LEASES).where(LEASES.c.expires_at < now - _REMEMBERED))
    return _interrupt(session, or_(LEASES.c.process_id.is_(None), LEASES.c.expires_at < now))


def _interrupt(session: Session, which: ColumnElement[bool]) -> list[str]:
    leases = LEASES.c.process_id == OPEN_CALLS.c.process_id
    query = select(OPEN_CALLS.c.started).join_from(OPEN_CALLS, LEASES, leases, isouter=True).where(which)
    started: Sequence[dict[str, Any]] = session.connection().execute(query).scalars().all()
    return store(session, [_interrupted(start_from_dict(start)) for start in started], "") if started else []


def _interrupted(start: CallStart) -> Call:
    end = CallEnd(
        tracking_id=start.tracking_id,
        status=Status.INTERRUPTED,
        usage=Usage(),
        latency_in_ms=None,
        streaming_duration_in_ms=None,
        cost=None,
        cost_source=CostSource.UNPRICED,
        error_message="The process that made this call ended before the call did",
    )
    return Call(start, end)
