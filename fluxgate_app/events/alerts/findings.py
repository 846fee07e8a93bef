"""Look for what is to be told: budgets that run out, and figures that are above what a rule allows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import Session

from fluxgate_app.events.alerts import rules
from fluxgate_app.events.budgets import decisions
from fluxgate_app.events.budgets.decisions import BudgetView
from fluxgate_app.events.budgets.words import usd
from fluxgate_app.events.metrics import question
from fluxgate_app.events.metrics.figures import Figures, Tally, figures, total
from fluxgate_app.events.metrics.reading import read
from fluxgate_app.events.metrics.row_histograms import Cell
from fluxgate_app.models import AlertKind, AlertRule
from fluxgate_app.tracking.record import Status

WARNS_AT, USED_UP = 80, 100
# Of fewer calls a rate or a percentile says nothing.
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell: once for each `occasion`."""

    occasion: str
    kind: AlertKind
    message: str


def find(session: Session, zone: ZoneInfo, at: datetime) -> Iterator[Finding]:
    """All that is to be told at this moment, known or not."""
    views = decisions.views(session, zone)
    yield from _budgets(views)
    if not all(view.standing.rule.refuses_unpriced for view in views):
        yield from _uncounted(session, at)
    for rule in rules.newest(session):
        yield from _broken(session, rule, at)


def _budgets(views: Iterable[BudgetView]) -> Iterator[Finding]:
    for view in views:
        standing, rule = view.standing, view.standing.rule
        share = standing.spent * 100 / rule.amount
        level = USED_UP if share >= USED_UP else WARNS_AT if share >= WARNS_AT else None
        if level is not None:
            whose = f"budget of {rule.scope.value} {view.name}" if view.name else "overall budget"
            what = "is used up" if level == USED_UP else f"is used to {int(share)} %"
            amounts = f"{usd(standing.spent)} of {usd(rule.amount)} this {rule.period.value}"
            occasion = f"{rule.id} {level} {view.begins_at.isoformat()}"
            yield Finding(occasion, AlertKind.BUDGET, f"The {whose} {what}: {amounts}.")


def _uncounted(session: Session, at: datetime) -> Iterator[Finding]:
    """Calls that pass every budget, as nobody knows what they cost; once a day for each model."""
    for name, count in _unpriced(session, 24 * 60, at):
        said = f"{count} calls to {name} in the last 24 hours have no known price: no budget counts them."
        yield Finding(f"uncounted {name} {at:%Y-%m-%d}", AlertKind.UNPRICED, said)


def _broken(session: Session, rule: AlertRule, at: datetime) -> Iterator[Finding]:
    minutes = rule.window_minutes
    # Told again only when another window has begun.
    occasion = f"{rule.id} {int(at.timestamp()) // (minutes * 60)}"
    if rule.kind is AlertKind.UNPRICED:
        for name, count in _unpriced(session, minutes, at):
            if count > rule.threshold:
                said = f"{count} calls to {name} in the last {minutes} minutes have no known price."
                yield Finding(f"{occasion} {name}", rule.kind, said)
        return
    (told,) = figures([total(list(_read(session, minutes, at).values()))])
    value = _MEASURED[rule.kind](told)
    if value is not None and value > rule.threshold:
        said = _SAID[rule.kind].format(_shown(rule.kind, value), _shown(rule.kind, rule.threshold), minutes)
        yield Finding(occasion, rule.kind, said)


def _unpriced(session: Session, minutes: int, at: datetime) -> Iterator[tuple[str, int]]:
    """Models with calls whose price is unknown, and how many; of one whose process died nobody knows anything."""
    by_model = ("groupBy", "provider,model"), ("status.not", Status.INTERRUPTED.value)
    for (_, names), tally in _read(session, minutes, at, *by_model).items():
        if count := tally.unpriced:
            yield "/".join(names), count


def _read(session: Session, minutes: int, at: datetime, *how: tuple[str, str]) -> dict[Cell, Tally]:
    wanted = question.parse([("range", f"{minutes}m"), *how], at, "UTC")
    return read(session, None, wanted, [wanted.period])


def _error_rate(figures: Figures) -> Decimal | None:
    return Decimal(figures.errors * 100) / figures.requests if figures.requests >= FEWEST else None


def _latency(figures: Figures) -> Decimal | None:
    slow = figures.latency_in_ms
    return Decimal(slow.p95) if slow and figures.requests >= FEWEST else None


def _duration(figures: Figures) -> Decimal | None:
    slow = figures.duration_in_ms
    return Decimal(slow.p95) if slow and figures.requests >= FEWEST else None


_MEASURED: dict[AlertKind, Callable[[Figures], Decimal | None]] = {
    AlertKind.SPEND: lambda figures: figures.cost,
    AlertKind.ERROR_RATE: _error_rate,
    AlertKind.LATENCY: _latency,
    AlertKind.DURATION: _duration,
}
_SAID = {
    AlertKind.SPEND: "{0} were spent in the last {2} minutes, more than {1}.",
    AlertKind.ERROR_RATE: "{0} of the requests in the last {2} minutes failed, more than {1}.",
    AlertKind.LATENCY: "The first token took {0} (p95) in the last {2} minutes, more than {1}.",
    AlertKind.DURATION: "A request took {0} (p95) in the last {2} minutes, more than {1}.",
}


def _shown(kind: AlertKind, value: Decimal) -> str:
    if kind is AlertKind.SPEND:
        return usd(value)
    return f"{value:.1f} %" if kind is AlertKind.ERROR_RATE else f"{value:.0f} ms"
