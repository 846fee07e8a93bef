"""The answer to a question: totals, groups, series, each beside what it was in the period before."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from fluxgate_app.events.end_users import Known, known
from fluxgate_app.events.metrics.figures import Figures, Tally, figures
from fluxgate_app.events.metrics.periods import Period, before, intervals
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.metrics.reading import read, sums
from fluxgate_app.events.metrics.row_histograms import Key

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
    ranked = _ranked(session, scope, question, periods) if question.columns else []
    shown, others = ranked[: question.limit], ranked[question.limit :]
    found = read(session, scope, question, periods, shown) if question.columns else {}
    parts = {key: [found.get((number, key), Tally()) for number, _ in enumerate(periods)] for key in shown}
    whole = _whole(session, scope, question, periods)
    rest = [each.less(part[number] for part in parts.values()) for number, each in enumerate(whole)]
    told = _in_pairs(figures([tally for pair in (*parts.values(), whole, rest) for tally in pair]), len(periods))
    *pairs, all_calls, beyond = told
    return Metrics(
        period=question.period,
        previous_period=previous,
        totals=all_calls[0],
        previous=_second(all_calls),
        groups=_groups(session, scope, question, dict(zip(shown, pairs, strict=True))),
        rest=Rest(len(others), beyond[0], _second(beyond)) if others else None,
        series=_series(session, scope, question, shown, has_rest=bool(others)) if question.interval else (),
    )


def _ranked(session: Session, scope: str | None, question: Question, periods: Sequence[Period]) -> list[Key]:
    """All groups, those first that the order asks for."""
    pairs: dict[Key, list[Tally]] = defaultdict(lambda: [Tally() for _ in periods])
    for (number, key), tally in sums(session, scope, question, periods, ("requests", "errors", "cost")).items():
        pairs[key][number] = tally
    return sorted(pairs, key=lambda key: (-_ORDERS[question.order](pairs[key]), key))


def _whole(session: Session, scope: str | None, question: Question, periods: Sequence[Period]) -> list[Tally]:
    """All calls of each period: they are in smaller rollups than groups of them."""
    found = read(session, scope, replace(question, dimensions=()), periods)
    return [found.get((number, ()), Tally()) for number, _ in enumerate(periods)]


def _in_pairs(all_figures: list[Figures], length: int) -> list[list[Figures]]:
    return [all_figures[start : start + length] for start in range(0, len(all_figures), length)]


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


def _series(
    session: Session, scope: str | None, question: Question, shown: list[Key], *, has_rest: bool
) -> tuple[Point, ...]:
    assert question.interval
    cut = intervals(question.period, question.interval, question.zone, question.now)
    periods = [each.period for each in cut]
    lines: Sequence[tuple[int, Key | None, Tally]]
    if not question.columns:
        lines = [(number, None, tally) for number, tally in enumerate(_whole(session, scope, question, periods))]
    else:
        found = read(session, scope, question, periods, shown)
        rest = _rest(_whole(session, scope, question, periods), found) if has_rest else []
        lines = sorted([*rest, *((number, key, tally) for (number, key), tally in found.items())], key=_place)
    told = figures([tally for *_, tally in lines])
    return tuple(Point(cut[number].start, key, each) for (number, key, _), each in zip(lines, told, strict=True))


def _rest(whole: list[Tally], found: dict[tuple[int, Key], Tally]) -> list[tuple[int, Key, Tally]]:
    """The calls of each interval that are in no group of their own, where there are any."""
    parts: dict[int, list[Tally]] = defaultdict(list)
    for (number, _), tally in found.items():
        parts[number].append(tally)
    left = [(number, _REST, tally.less(parts[number])) for number, tally in enumerate(whole)]
    return [each for each in left if each[2].requests]


def _place(line: tuple[int, Key, Tally]) -> tuple[int, Key]:
    return line[:2]
