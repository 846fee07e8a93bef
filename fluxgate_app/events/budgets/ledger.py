"""Budgets in the database: what is spent, what is held, and the one transaction that holds more.

What a call holds goes in the transaction that adds what it cost (`spending.count`), so that at any moment exactly one
of the two counts, in every process and after any crash.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, literal, or_, select, text, update
from sqlmodel import Session

from fluxgate_app.events.budgets.rule import Rule
from fluxgate_app.events.sweep import LEASE
from fluxgate_app.events.tables import BUDGET_HOLDS, BUDGET_SPENDS, LEASES, insert, wait_for_turn
from fluxgate_app.models.columns import Money, to_money

_NOTHING = Decimal(0)
_HELD_MORE = "ON CONFLICT (budget_id, tracking_id) DO UPDATE SET amount = budget_hold.amount + excluded.amount"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands: USD spent in its period, and held by calls under way."""

    rule: Rule
    spent: Decimal = _NOTHING
    held: Decimal = _NOTHING

    @property
    def left(self) -> Decimal:
        """What may still be spent; never less than nothing."""
        return max(_NOTHING, self.rule.amount - self.spent - self.held)

    def is_short_of(self, least: Decimal) -> bool:
        """Whether so much cannot be spent of it any more; at its end, nothing can."""
        return not self.left or self.left < least


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that wants to hold `amount` of each of these budgets, or what is left, but no less than `least`."""

    tracking_id: str
    rules: Sequence[Rule]
    amount: Decimal
    least: Decimal = _NOTHING


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is held for a wish, None when that has too little left which had the least left of its budgets."""

    amount: Decimal | None
    tightest: Standing


def standings(session: Session, rules: Collection[Rule], at: datetime) -> dict[str, Standing]:
    """How these budgets stand now, by their ids; in one statement, so that both sums are of one moment."""
    if not rules:
        return {}
    spends, holds = BUDGET_SPENDS.c, BUDGET_HOLDS.c
    spent = select(spends.budget_id, func.sum(spends.cost).label("spent"), _zero("held")).where(
        or_(*(and_(spends.budget_id == rule.id, spends.start >= rule.begins(at)) for rule in rules))
    )
    held = (
        select(holds.budget_id, _zero("spent"), func.sum(holds.amount).label("held"))
        .where(holds.budget_id.in_([rule.id for rule in rules]), _counts(at))
        .select_from(BUDGET_HOLDS.outerjoin(LEASES, LEASES.c.process_id == holds.process_id))
    )
    both = spent.group_by(spends.budget_id).union_all(held.group_by(holds.budget_id))
    sums = {rule.id: [_NOTHING, _NOTHING] for rule in rules}
    for budget_id, *amounts in session.connection().execute(both):
        sums[budget_id] = [mine + more for mine, more in zip(sums[budget_id], amounts, strict=True)]
    return {rule.id: Standing(rule, *sums[rule.id]) for rule in rules}


def reserve(
    session: Session,
    process_id: str,
    wishes: Sequence[Wish],
    ended: Mapping[str, Decimal | None],
    at: datetime,
) -> list[Outcome]:
    """Hold what these calls want, in their order, where enough is left.

    `ended` are calls of this process that are over, with what they cost: they hold no more than that from now on.
    """
    wait_for_turn(session, "budgets")
    _spare_the_disk(session)
    settle(session, ended)
    rules = {rule.id: rule for wish in wishes for rule in wish.rules}
    found = standings(session, rules.values(), at)
    rows: list[tuple[Any, ...]] = []
    outcomes: list[Outcome] = []
    for wish in wishes:
        outcome = _granted(wish, found)
        outcomes.append(outcome)
        if outcome.amount is None:
            continue
        for rule in wish.rules:
            before = found[rule.id]
            found[rule.id] = Standing(rule, before.spent, before.held + outcome.amount)
            rows.append((rule.id, wish.tracking_id, process_id, outcome.amount, at + LEASE))
    names = ("budget_id", "tracking_id", "process_id", "amount", "expires_at")
    insert(session, BUDGET_HOLDS, names, rows, _HELD_MORE)
    return outcomes


def settle(session: Session, ended: Mapping[str, Decimal | None]) -> None:
    """Let calls that are over hold what they cost until they are stored, and nothing where that is None."""
    holds = BUDGET_HOLDS.c
    if gone := [tracking_id for tracking_id, cost in ended.items() if cost is None]:
        session.connection().execute(delete(BUDGET_HOLDS).where(holds.tracking_id.in_(gone)))
    known = [{"which": tracking_id, "cost": cost} for tracking_id, cost in ended.items() if cost is not None]
    if known:
        statement = update(BUDGET_HOLDS).where(holds.tracking_id == bindparam("which"))
        session.connection().execute(statement.values(amount=bindparam("cost")), known)


def sweep(session: Session, process_id: str, under_way: Collection[str], at: datetime) -> None:
    """Forget what is held for calls of this process that are no more, and for those of processes that died."""
    holds = BUDGET_HOLDS.c
    alive = select(LEASES.c.process_id).where(LEASES.c.expires_at >= at)
    mine = and_(holds.process_id == process_id, holds.tracking_id.not_in(under_way))
    dead = holds.process_id.not_in(alive)
    session.connection().execute(delete(BUDGET_HOLDS).where(holds.expires_at < at, or_(mine, dead)))


def _granted(wish: Wish, found: Mapping[str, Standing]) -> Outcome:
    tightest = min((found[rule.id] for rule in wish.rules), key=lambda standing: standing.left)
    if tightest.is_short_of(wish.least):
        return Outcome(None, tightest)
    return Outcome(to_money(min(wish.amount, tightest.left)), tightest)


def _counts(at: datetime) -> ColumnElement[bool]:
    """Whether the call that holds something can still be under way."""
    return or_(BUDGET_HOLDS.c.expires_at >= at, LEASES.c.expires_at >= at)


def _zero(name: str) -> ColumnElement[Decimal]:
    return literal(_NOTHING, Money()).label(name)


def _spare_the_disk(session: Session) -> None:
    """What is held is worth nothing once the server is gone: nobody need wait until it is on a disk."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL synchronous_commit = off"))
