"""The figures of the dashboard in words, each beside what it was before and with the requests behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from fluxgate_app.events.metrics.answer import Group, Metrics
from fluxgate_app.events.metrics.figures import Figures, Percentiles
from fluxgate_app.events.metrics.forecast import PACE_DAYS, Forecast
from fluxgate_app.events.metrics.overview import Board, Overview, earned
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.states import figures
from fluxgate_app.states.changes import Change, change, change_of_share
from fluxgate_app.states.dashboard_links import FAILED, behind, behind_group

NO_VALUE = "(none)"


@dataclass(frozen=True)
class Card:
    """A figure of all calls: `exact` for the hover, `note` below it; `link` opens the requests behind it."""

    testid: str = ""
    name: str = ""
    value: str = ""
    exact: str = ""
    note: str = ""
    link: str = ""
    change: Change = field(default_factory=Change)


@dataclass(frozen=True)
class Row:
    """A group's line in a table."""

    name: str = ""
    title: str = ""
    link: str = ""
    cost: str = ""
    exact_cost: str = ""
    before: str = ""
    requests: str = ""
    errors: str = ""
    latency: str = ""
    revenue: str = ""
    monthly: str = ""
    margin: str = ""
    change: Change = field(default_factory=Change)


@dataclass(frozen=True)
class Table:
    """The lines of a table, or why there are none."""

    rows: list[Row] = field(default_factory=list)
    trouble: str = ""


def cards(shown: Overview) -> list[Card]:
    """The figures of all calls that count, spend first."""
    question, now, before = shown.question, shown.whole.totals, shown.whole.previous
    return [
        _spend(question, now, before),
        _requests(question, now, before),
        Card(
            "dashboard-errors",
            "Error rate",
            figures.share(now.error_rate),
            f"{now.errors:,} of {now.requests:,}",
            f"{figures.count(now.errors)} failed",
            behind(question, FAILED),
            change_of_share(now.error_rate, before.error_rate if before else None),
        ),
        _tokens(question, now, before),
        Card(
            "dashboard-cache",
            "Cache hit rate",
            figures.share(now.cache_hit_rate),
            f"{now.cached_tokens:,} of {now.input_tokens:,} input tokens",
            "of input tokens",
            behind(question, [("cachedTokens.gt", "0")]),
            change_of_share(now.cache_hit_rate, before.cache_hit_rate if before else None),
        ),
        _slow(question, _latency(now), _latency(before), testid="first", name="First token, p95", sort="-latency"),
        _slow(question, _duration(now), _duration(before), testid="duration", name="Duration, p95", sort="-duration"),
        _speed(question, now, before),
    ]


def _spend(question: Question, now: Figures, before: Figures | None) -> Card:
    note = f"{figures.count(now.unpriced)} unpriced" if now.unpriced else "all priced"
    return Card(
        "dashboard-spend",
        "Spend",
        figures.money(now.cost),
        figures.exact_money(now.cost),
        note,
        behind(question, [("cost.gt", "0"), ("sort", "-cost")]),
        change(now.cost, before.cost if before else None),
    )


def _requests(question: Question, now: Figures, before: Figures | None) -> Card:
    return Card(
        "dashboard-requests",
        "Requests",
        figures.count(now.requests),
        figures.exact_count(now.requests),
        f"{figures.money(now.cost / now.requests)} each" if now.requests else "",
        behind(question),
        change(now.requests, before.requests if before else None),
    )


def _tokens(question: Question, now: Figures, before: Figures | None) -> Card:
    total = now.input_tokens + now.output_tokens
    return Card(
        "dashboard-tokens",
        "Tokens",
        figures.count(total),
        figures.exact_count(total),
        f"{figures.count(now.input_tokens)} in, {figures.count(now.output_tokens)} out",
        behind(question, [("sort", "-tokens")]),
        change(total, before.input_tokens + before.output_tokens if before else None),
    )


def _slow(
    question: Question, now: Percentiles | None, before: Percentiles | None, *, testid: str, name: str, sort: str
) -> Card:
    """A time that 95 % stay below; the requests behind it come slowest first."""
    return Card(
        f"dashboard-{testid}",
        name,
        figures.duration(now and now.p95),
        note=f"p50 {figures.duration(now.p50)}, p99 {figures.duration(now.p99)}" if now else "nothing measured",
        link=behind(question, [("sort", sort)]),
        change=change(now and now.p95, before and before.p95),
    )


def _speed(question: Question, now: Figures, before: Figures | None) -> Card:
    speed, past = now.tokens_per_second, before.tokens_per_second if before else None
    return Card(
        "dashboard-speed",
        "Speed, median",
        figures.speed(speed and speed.p50),
        note=f"p95 {figures.speed(speed.p95)}" if speed else "nothing measured",
        link=behind(question, [("isStreamed", "true")]),
        change=change(speed and speed.p50, past and past.p50),
    )


def _latency(of: Figures | None) -> Percentiles | None:
    return of.latency_in_ms if of else None


def _duration(of: Figures | None) -> Percentiles | None:
    return of.duration_in_ms if of else None


def table(shown: Overview, board: Board) -> Table:
    """The groups of a board."""
    dimensions = board.dimension.split(",")
    return Table([_row(shown, dimensions, group) for group in board.groups], board.trouble)


def _row(shown: Overview, dimensions: Sequence[str], group: Group) -> Row:
    now, before, known = group.totals, group.previous, group.end_user
    monthly = known.monthly_revenue if known else None
    revenue = None if monthly is None else earned(monthly, shown.whole, shown.question.now)
    return Row(
        name=(known and known.name) or group_name(group.key),
        title=group_name(group.key),
        link=behind_group(shown.question, group.key, dimensions),
        cost=figures.money(now.cost),
        exact_cost=figures.exact_money(now.cost),
        before=figures.money(before.cost) if before else "",
        requests=figures.count(now.requests),
        errors=figures.share(now.error_rate),
        latency=figures.duration(now.latency_in_ms and now.latency_in_ms.p95),
        revenue="" if revenue is None else figures.money(revenue),
        monthly="" if monthly is None else f"{figures.exact_money(monthly)} a month",
        margin="" if revenue is None else _signed(revenue - now.cost),
        change=change(now.cost, before.cost if before else None),
    )


def group_name(key: Sequence[str]) -> str:
    """What a group is called."""
    return " · ".join(value or NO_VALUE for value in key)


def _signed(usd: Decimal) -> str:
    return f"−{figures.money(-usd)}" if usd < 0 else figures.money(usd)


def month_end(expected: Forecast | None) -> dict[str, str]:
    """What the month will have cost, and how that is reckoned; empty texts where it cannot be."""
    if expected is None:
        return {"value": "", "how": ""}
    how = (
        f"{figures.money(expected.spent)} since the month began, and {figures.money(expected.a_day)} a day, "
        f"the mean of the last {PACE_DAYS} days, for the {expected.days_left:.1f} days left"
    )
    return {"value": f"≈{figures.money(expected.at_the_end)}", "how": how}


def compared(question: Question, metrics: Metrics) -> str:
    """The period that changes are told against, in the viewer's zone."""
    if metrics.previous_period is None:
        return "Nothing to compare with: the time before is too long to add up"
    since, until = (
        moment.astimezone(question.zone) for moment in (metrics.previous_period.since, metrics.previous_period.until)
    )
    return f"Changes are against {since:%-d %b %Y, %H:%M} – {until:%-d %b %Y, %H:%M}"
