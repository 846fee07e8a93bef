"""The monthly budget of what the dashboard shows, in words: what is spent of it, and how long it lasts at this pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from fluxgate_app.events.budgets.decisions import BudgetView
from fluxgate_app.events.metrics.overview import Overview
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.models import BudgetPeriod, BudgetScope
from fluxgate_app.states import budget_words
from fluxgate_app.states.figures import money

_SCOPES = {"account": BudgetScope.ACCOUNT, "feature": BudgetScope.FEATURE, "api_key": BudgetScope.API_KEY}


@dataclass(frozen=True)
class BudgetLine:
    """A budget; `percent` of it is spent, `level` is good, warn or bad. Empty texts where none applies."""

    title: str = ""
    spent: str = ""
    percent: int = 0
    level: str = "good"
    pace: str = ""


def budget_line(views: Sequence[BudgetView], scope: str | None, shown: Overview) -> BudgetLine:
    """The monthly budget of just the calls that are shown, of those (`views`) that may be known in this scope."""
    wanted = _subject(shown.question, scope)
    for view in views:
        rule = view.standing.rule
        if rule.period is BudgetPeriod.MONTH and (rule.scope, rule.subject) == wanted:
            whose = f"Budget of {view.name}" if view.name else "Budget of everybody"
            standing = view.standing
            said = budget_words.spent(standing), budget_words.percent(standing), budget_words.level(standing)
            return BudgetLine(whose, *said, _pace(view, shown))
    return BudgetLine()


def _subject(question: Question, scope: str | None) -> tuple[BudgetScope, str] | None:
    """Whose budget counts the calls of these filters; None where none counts just those."""
    filters = [each for each in question.filters.columns if each.column.attribute != "origin"]
    if question.filters.text or len(filters) > 1:
        return None
    if not filters:
        return (BudgetScope.OVERALL, "") if scope is None else (BudgetScope.ACCOUNT, scope)
    (only,) = filters
    of = _SCOPES.get(only.column.attribute)
    return (of, str(only.values[0])) if of and not only.operator and len(only.values) == 1 else None


def _pace(view: BudgetView, shown: Overview) -> str:
    left, now = view.standing.left, shown.question.now
    if not left:
        return f"used up: calls are refused until {_day(view.ends_at, view)}"
    a_day = shown.forecast.a_day if shown.forecast else Decimal(0)
    lasts = left / a_day if a_day else None
    if lasts is None or lasts >= Decimal((view.ends_at - now) / timedelta(days=1)):
        return f"{money(left)} left until {_day(view.ends_at, view)}"
    return f"at this pace used up on {_day(now + timedelta(days=float(lasts)), view)}"


def _day(moment: datetime, view: BudgetView) -> str:
    return f"{moment.astimezone(view.standing.rule.zone):%-d %b}"
