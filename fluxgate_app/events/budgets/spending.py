"""Count what calls cost against the budgets that they fall under, in the transaction that stores them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlmodel import Session

from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.rollups import QUARTER, span_start
from fluxgate_app.events.tables import BUDGET_HOLDS, BUDGET_SPENDS, BUDGETS, CHUNK, insert
from fluxgate_app.models import BudgetScope

_ADDED = "ON CONFLICT (budget_id, start) DO UPDATE SET cost = budget_spend.cost + excluded.cost"


def count(session: Session, changed: Iterable[tuple[EventRow, EventRow | None]]) -> None:
    """Count calls that were made here, each beside what was stored of it before; what they held is free again."""
    columns = (BUDGETS.c.id, BUDGETS.c.scope, BUDGETS.c.subject)
    budgets: dict[tuple[BudgetScope, str], list[str]] = defaultdict(list)
    for budget_id, scope, subject in session.connection().execute(select(*columns)):
        budgets[scope, subject].append(budget_id)
    if not budgets:
        return
    costs: dict[tuple[str, datetime], Decimal] = defaultdict(Decimal)
    ended: list[str] = []
    for row, before in changed:
        ended.append(row.tracking_id)
        cost = (row.cost or Decimal(0)) - ((before and before.cost) or Decimal(0))
        for budget_id in (one for key in subjects(row) for one in budgets.get(key, ())):
            costs[budget_id, span_start(row.created_at, QUARTER)] += cost
    added = [(*key, cost) for key, cost in sorted(costs.items()) if cost]
    insert(session, BUDGET_SPENDS, ("budget_id", "start", "cost"), added, _ADDED)
    for start in range(0, len(ended), CHUNK):
        which = BUDGET_HOLDS.c.tracking_id.in_(ended[start : start + CHUNK])
        session.connection().execute(delete(BUDGET_HOLDS).where(which))


def subjects(row: EventRow) -> Iterator[tuple[BudgetScope, str]]:
    """Under what a call falls."""
    yield from subjects_of(row.account, row.api_key, row.feature)


def subjects_of(account: str | None, api_key: str | None, feature: str | None) -> Iterator[tuple[BudgetScope, str]]:
    """Under what a call of this owner and feature falls."""
    yield BudgetScope.OVERALL, ""
    named = (BudgetScope.ACCOUNT, account), (BudgetScope.API_KEY, api_key), (BudgetScope.FEATURE, feature)
    yield from ((scope, subject) for scope, subject in named if subject)
