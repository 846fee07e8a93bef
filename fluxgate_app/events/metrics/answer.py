"""The answer to a question: totals, groups, series, each beside what it was in the period before."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from fluxgate_app.events.end_users import Known, known
from fluxgate_app.events.metrics.figures import Figures, Tally, total
from fluxgate_app.events.metrics.periods import Period, before, intervals
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.metrics.reading import read

Key = tuple[str, ...]
# What is counted in the series of all groups that have none of their own.
_REST: Key = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The calls that share these values of the dimensions, '' where a call has none.

    `end_user` is what is known of whom they are attributed to, when that is a dimension.
    """

    key: Key
    totals: Figures
    previous: Figures | None
    end_user: Known | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """All groups beyond the limit, and how many they are."""

    groups: int
    totals: Figures
    previous: Figures | None


@dataclass(frozen=True, slots=True)
class Point:
    """An interval's figures: of all calls, of one group's, or (an empty key) of all groups beyond the limit."""

    start: datetime
    key: Key | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Metrics:
    """`previous_period` and what belongs to it only where the question compares."""

    period: Period
    previous_period: Period | None
    totals: Figures
    previous: Figures | None
    groups: tuple[Group, ...]
    rest: Rest | None
    series: tuple[Point, ...]


def answer(session: Session, scope: str | None, question: Question) -> Metrics:
    """The figures that are asked for, of one account's calls (scope) or everybody's.

    Raises Invalid for a range that is too long for what is asked.
    """
    previous = before(question.period, question.now) if question.compares else None
    periods = [question.period, *([previous] if previous else [])]
    found = read(session, scope, question, periods)
    pairs: dict[Key, list[Tally]] = defaultdict(lambda: [Tally() for _ in periods])
    for (number, key), tally in found.items():
        pairs[key][number] = tally
    ranked = sorted(pairs, key=lambda key: (-_ORDERS[question.order](pairs[key]), key)) if question.columns else []
    shown, others = ranked[: question.limit], ranked[question.limit :]
    beyond = [total(pairs[key][number] for key in others) for number, _ in enumerate(periods)]
    # First the parts, so that the totals find them counted.
    figures = {key: [each.figures() for each in pairs[key]] for key in shown}
    rest = [each.figures() for each in beyond]
    parts = [*(pairs[key] for key in (shown if ranked else pairs)), beyond]
    all_calls = [total(part[number] for part in parts).figures() for number, _ in enumerate(periods)]
    return Metrics(
        period=question.period,
        previous_period=previous,
        totals=all_calls[0],
        previous=_second(all_calls),
        groups=_groups(session, scope, question, figures),
        rest=Rest(len(others), rest[0], _second(rest)) if others else None,
        series=_series(session, scope, question, shown) if question.interval else (),
    )


def _change(pair: list[Tally]) -> Decimal:
    return abs(pair[0].cost - pair[1].cost)


_ORDERS: dict[str, Callable[[list[Tally]], Decimal | int]] = {
    "cost": lambda pair: pair[0].cost,
    "requests": lambda pair: pair[0].requests,
    "errors": lambda pair: pair[0].errors,
    "change": _change,
}


def _second(figures: Sequence[Figures]) -> Figures | None:
    return figures[1] if len(figures) > 1 else None


def _groups(
    session: Session, scope: str | None, question: Question, pairs: dict[Key, list[Figures]]
) -> tuple[Group, ...]:
    if "user" not in question.columns:
        return tuple(Group(key, pair[0], _second(pair)) for key, pair in pairs.items())
    user = question.columns.index("user")
    account = question.columns.index("account") if "account" in question.columns else None
    people = known(session, scope, {key[user] for key in pairs})
    return tuple(
        Group(key, pair[0], _second(pair), people.get((key[user], None if account is None else key[account])))
        for key, pair in pairs.items()
    )


def _series(session: Session, scope: str | None, question: Question, shown: list[Key]) -> tuple[Point, ...]:
    assert question.interval
    cut = intervals(question.period, question.interval, question.zone, question.now)
    periods = [each.period for each in cut]
    found = read(session, scope, question, periods)
    if not question.columns:
        return tuple(
            Point(each.start, None, found.get((number, ()), Tally()).figures()) for number, each in enumerate(cut)
        )
    lines: dict[tuple[int, Key], Tally] = defaultdict(Tally)
    for (number, key), tally in found.items():
        lines[number, key if key in shown else _REST].add(tally.sums, tally.distributed)
    return tuple(Point(cut[number].start, key, lines[number, key].figures()) for number, key in sorted(lines))
