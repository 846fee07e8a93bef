"""Which budgets there are: decided by admins, shown to those whose calls they count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, col, select

from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.events.budgets.ledger import Standing, standings
from fluxgate_app.events.budgets.rule import rule_of
from fluxgate_app.events.tables import BUDGET_HOLDS, BUDGET_SPENDS
from fluxgate_app.models import Account, ApiKey, Budget, BudgetPeriod, BudgetScope
from fluxgate_app.models.columns import now, to_money

LEAST = Decimal("0.000001")
LARGEST = Decimal(1_000_000)
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A budget and how it stands; `name` is what its subject is called: an e-mail, a key's name, the feature."""

    standing: Standing
    name: str
    begins_at: datetime
    ends_at: datetime
    created_at: datetime


def views(session: Session, zone: ZoneInfo, account_id: str | None = None) -> list[BudgetView]:
    """All budgets, the widest first; or those of this account and its keys."""
    order = [scope.value for scope in BudgetScope]
    query = select(Budget).where(*_of(account_id))
    rows = sorted(session.exec(query), key=lambda row: (order.index(row.scope), row.subject, row.period))
    return _views(session, zone, rows)


def get(session: Session, zone: ZoneInfo, budget_id: str) -> BudgetView:
    """The budget with this id. Raises NotFound."""
    return _views(session, zone, [_row(session, budget_id)])[0]


def add(
    session: Session,
    scope: str,
    subject: str,
    period: str,
    amount: Decimal,
    *,
    refuses_unpriced: bool = False,
    made_by: str | None = None,
) -> str:
    """Let calls of a scope spend this much each day or month, from now on; gives its id.

    `subject` is an account's or a key's id, or a feature; an account may be named by its e-mail, and a key by its
    prefix. Raises Invalid, NotFound when there is no such subject, Conflict when it has a budget for that period.
    """
    if scope not in tuple(BudgetScope) or period not in tuple(BudgetPeriod):
        raise Invalid(
            f"A budget's scope is among {', '.join(BudgetScope)} and its period among {', '.join(BudgetPeriod)}"
        )
    row = Budget(
        scope=BudgetScope(scope),
        subject=_subject(session, BudgetScope(scope), subject.strip()),
        period=BudgetPeriod(period),
        amount=_allowed(amount),
        refuses_unpriced=refuses_unpriced,
        made_by=made_by,
    )
    same = (Budget.scope == row.scope, Budget.subject == row.subject, Budget.period == row.period)
    if session.exec(select(Budget.id).where(*same)).first() is not None:
        raise Conflict(f"There is a budget a {period} for that already: change it, or remove it first")
    session.add(row)
    session.flush()
    return row.id


def change(
    session: Session, budget_id: str, amount: Decimal | None = None, refuses_unpriced: bool | None = None
) -> None:
    """Allow more or less; what is spent stays spent. None changes nothing. Raises NotFound, Invalid."""
    row = _row(session, budget_id)
    row.amount = row.amount if amount is None else _allowed(amount)
    row.refuses_unpriced = row.refuses_unpriced if refuses_unpriced is None else refuses_unpriced
    session.add(row)


def remove(session: Session, budget_id: str) -> None:
    """Let calls pass without it from now on. Raises NotFound."""
    session.delete(_row(session, budget_id))
    for table in (BUDGET_SPENDS, BUDGET_HOLDS):
        session.connection().execute(delete(table).where(table.c.budget_id == budget_id))


def usd(written: str) -> Decimal:
    """An amount of USD as a person writes it. Raises Invalid."""
    try:
        return Decimal(written.strip().removeprefix("$").replace(",", ""))
    except InvalidOperation:
        raise Invalid(f"{written[:50]!r} is no amount of USD") from None


def _of(account_id: str | None) -> list[ColumnElement[bool]]:
    if account_id is None:
        return []
    keys = select(ApiKey.id).where(ApiKey.account_id == account_id)
    mine = (col(Budget.scope) == BudgetScope.ACCOUNT) & (col(Budget.subject) == account_id)
    return [or_(mine, (col(Budget.scope) == BudgetScope.API_KEY) & col(Budget.subject).in_(keys))]


def _views(session: Session, zone: ZoneInfo, rows: Sequence[Budget]) -> list[BudgetView]:
    at, rules = now(), [rule_of(row, zone) for row in rows]
    found, names = standings(session, rules, at), _names(session, rows)
    return [
        BudgetView(
            found[rule.id],
            names.get(row.subject, row.subject),
            rule.begins(at),
            rule.ends(at),
            row.created_at,
        )
        for row, rule in zip(rows, rules, strict=True)
    ]


def _names(session: Session, rows: Sequence[Budget]) -> dict[str, str]:
    subjects = {row.subject for row in rows}
    accounts = select(Account.id, Account.email).where(col(Account.id).in_(subjects))
    keys = select(ApiKey.id, ApiKey.name).where(col(ApiKey.id).in_(subjects))
    return dict([*session.exec(accounts), *session.exec(keys)])


def _row(session: Session, budget_id: str) -> Budget:
    row = session.get(Budget, budget_id)
    if row is None:
        raise NotFound(f"There is no budget {budget_id[:64]!r}")
    return row


def _subject(session: Session, scope: BudgetScope, subject: str) -> str:
    if scope is BudgetScope.OVERALL:
        if subject:
            raise Invalid("The overall budget is everybody's: leave its subject out")
        return ""
    if not subject or len(subject) > LONGEST_SUBJECT or "\0" in subject:
        raise Invalid(f"Say whose budget it is, in 1 to {LONGEST_SUBJECT} characters: an e-mail, a key or a feature")
    if scope is BudgetScope.FEATURE:
        return subject
    accounts = select(Account.id).where(or_(col(Account.id) == subject, col(Account.email) == subject.lower()))
    keys = select(ApiKey.id).where(or_(col(ApiKey.id) == subject, col(ApiKey.prefix) == subject))
    found = session.exec(accounts if scope is BudgetScope.ACCOUNT else keys).first()
    if found is None:
        raise NotFound("There is no such account" if scope is BudgetScope.ACCOUNT else "There is no such key")
    return found


def _allowed(amount: Decimal) -> Decimal:
    if not amount.is_finite() or not LEAST <= amount <= LARGEST:
        raise Invalid(f"A budget is {LEAST:f} to {LARGEST:,} USD")
    return to_money(amount)
