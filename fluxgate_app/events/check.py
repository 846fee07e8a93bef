"""Prove that the figures that are kept add up to the rows, as far back as there are rows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, case, func, select
from sqlmodel import Session

from fluxgate_app.events.event_row import FAILURES
from fluxgate_app.events.prune import kept_since
from fluxgate_app.events.rollups import SPANNED, SUMMED
from fluxgate_app.events.tables import EVENTS


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum that is not that of the rows. `rollup` names its table and the minutes of its spans; cost is in USD."""

    rollup: str
    origin: str
    measure: str
    kept: Decimal
    rows: Decimal


def differences(session: Session) -> list[Difference]:
    """Every sum by origin, in each table and for each length of span, that differs from that of all rows.

    Requests that were deleted by their age are still in the figures: those begin later that are compared.
    """
    since = kept_since(session, "requests")
    rows = _sums(session, EVENTS.c.origin, [_of_rows(name) for name in SUMMED], *_from(EVENTS.c.created_at, since))
    found: list[Difference] = []
    for rollup in SPANNED:
        columns = rollup.table.c
        for minutes in rollup.spans:
            sums = [func.sum(columns[name]) for name in SUMMED]
            kept = _sums(session, columns.origin, sums, columns.minutes == minutes, *_from(columns.start, since))
            found += _compared(f"{rollup.table.name} of {minutes} min", kept, rows)
    return found


_Sums = dict[str, list[Decimal]]


def _from(column: Column[Any], since: datetime | None) -> list[Any]:
    return [] if since is None else [column >= since]


def _of_rows(name: str) -> Any:
    counted = {
        "requests": func.count(),
        "errors": func.sum(case((EVENTS.c.status.in_(FAILURES), 1), else_=0)),
        "unpriced": func.sum(case((EVENTS.c.cost.is_(None), 1), else_=0)),
    }
    return counted[name] if name in counted else func.sum(EVENTS.c[name])


def _sums(session: Session, origin: Column[Any], sums: list[Any], *where: Any) -> _Sums:
    found = session.connection().execute(select(origin, *sums).where(*where).group_by(origin))
    return {row[0]: [Decimal(value or 0) for value in row[1:]] for row in found}


def _compared(rollup: str, kept: _Sums, rows: _Sums) -> list[Difference]:
    nothing = [Decimal(0)] * len(SUMMED)
    return [
        Difference(rollup, origin, name, mine, theirs)
        for origin in sorted(kept.keys() | rows.keys())
        for name, mine, theirs in zip(SUMMED, kept.get(origin, nothing), rows.get(origin, nothing), strict=True)
        if mine != theirs
    ]
