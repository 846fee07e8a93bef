"""All figures of the dashboard at one moment: over time, by a dimension, who and what costs most, and what changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import Session

from fluxgate_app.errors import Invalid
from fluxgate_app.events.metrics.answer import Group, Metrics, answer, first_groups
from fluxgate_app.events.metrics.forecast import Forecast, forecast
from fluxgate_app.events.metrics.question import Question, parse
from fluxgate_app.events.rollups import DAY
from fluxgate_app.events.tables import ACCOUNT_ROLLUPS

T = TypeVar("T")

USUAL_DIMENSION = "feature"
# As many as a chart can show apart.
MOST_IN_CHART = 7
MOST_IN_BOARD = 8
_MONTH, _TICK = timedelta(days=30), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Board:
    """The first groups of a dimension, or (trouble) why they cannot be added up for what is asked."""

    dimension: str
    groups: tuple[Group, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """`grouped` has the question's groups and their series, `whole` the series of all calls.

    `has_real` is False while no call of origin real was ever recorded: then those of all origins count.
    """

    question: Question
    has_real: bool
    grouped: Metrics
    whole: Metrics
    features: Board
    models: Board
    users: Board
    changed: Board
    forecast: Forecast | None


def overview(
    session: Session, scope: str | None, query: Iterable[tuple[str, str]], now: datetime, zone: str
) -> Overview:
    """What the pairs of a query string ask for, of one account's calls (scope) or everybody's.

    Compared with the period before where that can be read. Raises Invalid as `parse` and `answer` do.
    """
    pairs = list(query)
    has_real = _has_real(session, scope)
    if not has_real and not any(name.partition(".")[0] == "origin" for name, _ in pairs):
        pairs.append(("origin", "all"))
    question = parse(pairs, now, zone)
    question = replace(
        question,
        dimensions=question.dimensions or (USUAL_DIMENSION,),
        interval=question.interval or "auto",
        limit=MOST_IN_CHART,
    )
    return Overview(
        question=question,
        has_real=has_real,
        # The layers of a stack have sums alone.
        grouped=_compared(session, scope, replace(question, percentiles=False), answer),
        whole=_compared(session, scope, replace(question, dimensions=()), answer),
        features=_board(session, scope, question, "feature"),
        models=_board(session, scope, question, "model"),
        users=_board(session, scope, question, "user"),
        changed=_changed(session, scope, question),
        forecast=_forecast(session, scope, question),
    )


def earned(monthly_revenue: Decimal, metrics: Metrics, now: datetime) -> Decimal:
    """The part of a monthly revenue that belongs to the period, a month being 30 days."""
    length = min(metrics.period.until, max(now, metrics.period.since)) - metrics.period.since
    return monthly_revenue * Decimal(length // _TICK) / Decimal(_MONTH // _TICK)


def _has_real(session: Session, scope: str | None) -> bool:
    days = ACCOUNT_ROLLUPS.c
    query = select(days.start).where(days.minutes == DAY, days.origin == "real").limit(1)
    if scope is not None:
        query = query.where(days.account == scope)
    return session.connection().execute(query).first() is not None


def _compared(
    session: Session, scope: str | None, question: Question, read: Callable[[Session, str | None, Question], T]
) -> T:
    try:
        return read(session, scope, replace(question, compares=True))
    except Invalid:
        # Two periods can be too much to read where one is not.
        return read(session, scope, replace(question, compares=False))


def _board(session: Session, scope: str | None, question: Question, dimension: str) -> Board:
    wanted = replace(question, dimensions=(dimension,), interval=None, order="cost", limit=MOST_IN_BOARD)
    try:
        return Board(dimension, _compared(session, scope, wanted, first_groups))
    except Invalid as error:
        return Board(dimension, trouble=error.message)


def _changed(session: Session, scope: str | None, question: Question) -> Board:
    wanted = replace(question, interval=None, compares=True, order="change", limit=MOST_IN_BOARD, percentiles=False)
    name = ",".join(question.dimensions)
    try:
        return Board(name, first_groups(session, scope, wanted))
    except Invalid as error:
        return Board(name, trouble=error.message)


def _forecast(session: Session, scope: str | None, question: Question) -> Forecast | None:
    try:
        return forecast(session, scope, question)
    except Invalid:
        return None
