"""What admins want to hear of."""

from decimal import Decimal
from typing import Literal, get_args

from sqlmodel import Session, col, select

from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import AlertKind, AlertRule

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 31 * 24 * 60
LARGEST = Decimal(1_000_000)
MOST_RULES = 50
# Budgets are told of without a rule.
RuleKind = Literal[AlertKind.SPEND, AlertKind.ERROR_RATE, AlertKind.LATENCY, AlertKind.DURATION, AlertKind.UNPRICED]
KINDS: tuple[AlertKind, ...] = get_args(RuleKind)


def newest(session: Session) -> list[AlertRule]:
    """All rules, the newest first."""
    rows = list(session.exec(select(AlertRule).order_by(col(AlertRule.created_at).desc(), col(AlertRule.id).desc())))
    session.expunge_all()
    return rows


def add(session: Session, kind: str, threshold: Decimal, window_minutes: int, made_by: str | None = None) -> AlertRule:
    """Tell when a figure of this kind is above the threshold over so many minutes.

    Raises Invalid, Conflict when there are too many.
    """
    if kind not in KINDS:
        raise Invalid(f"A rule's kind is among {', '.join(KINDS)}")
    if not threshold.is_finite() or not 0 <= threshold <= LARGEST:
        raise Invalid(f"A rule's threshold is 0 to {LARGEST:,}")
    if not SHORTEST_MINUTES <= window_minutes <= LONGEST_MINUTES:
        raise Invalid(f"A rule looks at the last {SHORTEST_MINUTES} to {LONGEST_MINUTES:,} minutes")
    if len(newest(session)) >= MOST_RULES:
        raise Conflict(f"There are {MOST_RULES} rules: remove one that nobody needs")
    row = AlertRule(kind=AlertKind(kind), threshold=threshold, window_minutes=window_minutes, made_by=made_by)
    session.add(row)
    session.flush()
    session.expunge(row)
    return row


def remove(session: Session, rule_id: str) -> None:
    """Tell of it no more. Raises NotFound."""
    row = session.get(AlertRule, rule_id)
    if row is None:
        raise NotFound(f"There is no rule {rule_id[:64]!r}")
    session.delete(row)
