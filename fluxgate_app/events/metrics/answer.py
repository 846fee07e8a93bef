"""The answer to a question: totals, groups, series, each beside what it was in the period before."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from sqlmodel import Session

from fluxgate_app.errors import Invalid
from fluxgate_app.events.end_users import Known, known
from fluxgate_app.events.metrics.figures import Figures, Tally, figures, total
from fluxgate_app.events.metrics.periods import Interval, Period, before, intervals
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.metrics.reading import read, sums
from fluxgate_app.events.metrics.row_histograms import Cell, Key

# What is counted in the series of all groups that have none of their own.
_REST: Key = ()
_NOTHING = Tally()
MOST_POINTS = 20_000
# Groups by these are so few that all are read at once; of others first, which are shown.
_FEW = {"provider", "model", "feature", "step", "status", "origin"}


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
    cut = _cut(question)
    # All that is told is put together of these parts, so that each is read once.
    parts = [*(each.period for each in cut), *([previous] if previous else [])]
    ranked, found, is_all = _read(session, scope, question, parts, len(cut))
    shown, others = ranked[: question.limit], ranked[question.limit :]
    whole = _whole(session, scope, question, parts, found, is_all=is_all)
    pairs = [_both([found.get((number, key), _NOTHING) for number, _ in enumerate(parts)], len(cut)) for key in shown]
    all_calls = _both(whole, len(cut))
    rest = [each.less([pair[number] for pair in pairs]) for number, each in enumerate(all_calls)] if others else []
    lines = _lines(question, len(cut), shown, found, whole, has_rest=bool(others)) if question.interval else []
    told = iter(figures([*chain(*pairs), *all_calls, *rest, *(tally for *_, tally in lines)]))
    groups = {key: list(islice(told, len(all_calls))) for key in shown}
    totals, beyond = list(islice(told, len(all_calls))), list(islice(told, len(rest)))
    return Metrics(
        period=question.period,
        previous_period=previous,
        totals=totals[0],
        previous=_second(totals),
        groups=_groups(session, scope, question, groups),
        rest=Rest(len(others), beyond[0], _second(beyond)) if others else None,
        series=tuple(Point(cut[number].start, key, each) for (number, key, _), each in zip(lines, told, strict=True)),
    )


def first_groups(session: Session, scope: str | None, question: Question) -> tuple[Group, ...]:
    """Only the first groups of an answer. Raises Invalid as `answer` does."""
    periods = [question.period, *([before(question.period, question.now)] if question.compares else [])]
    ranked, found, _ = _read(session, scope, question, periods, 1)
    shown = ranked[: question.limit]
    pairs = [[found.get((number, key), _NOTHING) for number, _ in enumerate(periods)] for key in shown]
    told = iter(figures([*chain(*pairs)]))
    return _groups(session, scope, question, {key: list(islice(told, len(periods))) for key in shown})


def _cut(question: Question) -> list[Interval]:
    if not question.interval:
        return [Interval(question.period.since, question.period)]
    return intervals(question.period, question.interval, question.zone, question.now)


def _read(
    session: Session, scope: str | None, question: Question, parts: Sequence[Period], intervals: int
) -> tuple[list[Key], dict[Cell, Tally], bool]:
    """All groups, those first that the order asks for; what was found of those that are shown, or (True) of all."""
    if not question.columns:
        return [], {}, False
    if set(question.columns) <= _FEW:
        found = read(session, scope, question, parts)
        ranked = _ranked(question, _compared(found, intervals))
        _check_number(question, intervals, ranked)
        return ranked, found, True
    periods = [question.period, *parts[intervals:]]
    ranked = _ranked(question, sums(session, scope, question, periods, _RANKED_BY))
    _check_number(question, intervals, ranked)
    return ranked, read(session, scope, question, parts, ranked[: question.limit]), len(ranked) <= question.limit


def _check_number(question: Question, intervals: int, ranked: list[Key]) -> None:
    if question.interval and intervals * min(len(ranked), question.limit) > MOST_POINTS:
        raise Invalid(
            f"The series would have more than {MOST_POINTS:,} points: "
            "choose a longer interval, a shorter range or a smaller limit"
        )


def _compared(found: dict[Cell, Tally], intervals: int) -> dict[Cell, list[Any]]:
    """What groups are ranked by, of the whole period and of the one before."""
    compared: dict[Cell, list[Any]] = defaultdict(lambda: list(_NONE))
    for (number, key), tally in found.items():
        known = compared[int(number >= intervals), key]
        known[:] = known[0] + tally.requests, known[1] + tally.errors, known[2] + tally.cost
    return compared


def _ranked(question: Question, found: dict[Cell, list[Any]]) -> list[Key]:
    pairs: dict[Key, list[Sequence[Any]]] = defaultdict(lambda: [_NONE, _NONE])
    for (number, key), measured in found.items():
        pairs[key][number] = measured
    order = _ORDERS[question.order]
    return sorted(pairs, key=lambda key: (-order(pairs[key]), key))


def _change(pair: list[Sequence[Any]]) -> Decimal:
    return abs(pair[0][_COST] - pair[1][_COST])


_RANKED_BY = ("requests", "errors", "cost")
_COST = _RANKED_BY.index("cost")
_NONE = (0, 0, Decimal(0))
_ORDERS: dict[str, Callable[[list[Sequence[Any]]], Decimal | int]] = {
    **{name: lambda pair, place=place: pair[0][place] for place, name in enumerate(_RANKED_BY)},
    "change": _change,
}


def _whole(
    session: Session,
    scope: str | None,
    question: Question,
    periods: Sequence[Period],
    found: dict[Cell, Tally],
    *,
    is_all: bool,
) -> list[Tally]:
    """All calls of each period: what is found, where that is of all groups; else from smaller rollups than theirs."""
    parts: dict[int, list[Tally]] = defaultdict(list)
    if not is_all:
        found = read(session, scope, replace(question, dimensions=()), periods)
    for (number, _), tally in found.items():
        parts[number].append(tally)
    return [total(parts[number]) for number, _ in enumerate(periods)]


def _both(parts: list[Tally], intervals: int) -> list[Tally]:
    """The whole period, and the one before where there is one more part than intervals."""
    return [total(parts[:intervals]), *parts[intervals:]]


def _second(figures: Sequence[Figures]) -> Figures | None:
    return figures[1] if len(figures) > 1 else None


def _lines(
    question: Question,
    intervals: int,
    shown: list[Key],
    found: dict[Cell, Tally],
    whole: list[Tally],
    *,
    has_rest: bool,
) -> list[tuple[int, Key | None, Tally]]:
    """For each interval and group what was found, in that order."""
    if not question.columns:
        return [(number, None, whole[number]) for number in range(intervals)]
    drawn = set(shown)
    of_groups = [(number, key, tally) for (number, key), tally in found.items() if number < intervals and key in drawn]
    rest = _rest(whole[:intervals], of_groups) if has_rest else []
    return sorted([*rest, *of_groups], key=itemgetter(0, 1))


def _rest(whole: list[Tally], of_groups: list[tuple[int, Key, Tally]]) -> list[tuple[int, Key, Tally]]:
    """The calls of each interval that are in no group of their own, where there are any."""
    parts: dict[int, list[Tally]] = defaultdict(list)
    for number, _, tally in of_groups:
        parts[number].append(tally)
    left = [(number, _REST, tally.less(parts[number])) for number, tally in enumerate(whole)]
    return [each for each in left if each[2].requests]


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
