"""A budget as calls are measured by it: in memory, with its period and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from fluxgate_app.models import Budget, BudgetPeriod, BudgetScope

# The rules by whose calls they count: a scope and, unless that is everybody, an id or a feature.
Rules = Mapping[tuple[BudgetScope, str], Sequence["Rule"]]

_DAY, _LONGEST = timedelta(days=1), timedelta(days=31)
_WHOSE = {
    BudgetScope.OVERALL: "all calls of this server",
    BudgetScope.ACCOUNT: "this account",
    BudgetScope.FEATURE: "the feature",
    BudgetScope.API_KEY: "this API key",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `amount` USD in each period; `zone` is whose days and months it counts."""

    id: str
    scope: BudgetScope
    subject: str
    period: BudgetPeriod
    amount: Decimal
    refuses_unpriced: bool
    zone: ZoneInfo

    def begins(self, at: datetime) -> datetime:
        """When the period of this moment began, in UTC."""
        return self._midnight(self._first_day(at))

    def ends(self, at: datetime) -> datetime:
        """When the next one begins, in UTC."""
        first = self._first_day(at)
        return self._midnight(first + _DAY if self.period is BudgetPeriod.DAY else (first + _LONGEST).replace(day=1))

    @property
    def whose(self) -> str:
        """Whose calls it counts, in words for whoever makes them."""
        named = f" '{self.subject}'" if self.scope is BudgetScope.FEATURE else ""
        return _WHOSE[self.scope] + named

    @property
    def is_shared(self) -> bool:
        """Whether others spend of it too: how much it is, is then the admins' business."""
        return self.scope in (BudgetScope.OVERALL, BudgetScope.FEATURE)

    def _first_day(self, at: datetime) -> date:
        day = at.astimezone(self.zone).date()
        return day if self.period is BudgetPeriod.DAY else day.replace(day=1)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def rule_of(row: Budget, zone: ZoneInfo) -> Rule:
    """The rule that a row says."""
    return Rule(row.id, row.scope, row.subject, row.period, row.amount, row.refuses_unpriced, zone)
