"""What this month will have cost at its end, if it goes on as in the last seven days."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from sqlmodel import Session

from fluxgate_app.events.metrics.periods import Period, around
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.metrics.reading import sums

PACE_DAYS = 7
_PACE = timedelta(days=PACE_DAYS)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """USD: spent since the month began, a mean day of the last seven, and both together at the month's end."""

    spent: Decimal
    a_day: Decimal
    days_left: float
    at_the_end: Decimal


def forecast(session: Session, scope: str | None, question: Question) -> Forecast:
    """For the calendar month of the question's zone and the calls of its filters, whatever its period.

    The seven days end now; a history that is shorter counts as it is. Raises Invalid where `read` does.
    """
    now = question.now
    month = around(now, "month", question.zone)
    days_left = (month.until - now) / _DAY
    spent = _cost(session, scope, question, Period(month.since, now))
    a_day = _cost(session, scope, question, Period(now - _PACE, now)) / PACE_DAYS
    return Forecast(spent, a_day, days_left, spent + a_day * Decimal(days_left))


def _cost(session: Session, scope: str | None, question: Question, period: Period) -> Decimal:
    plain = replace(question, dimensions=(), interval=None)
    (cost,) = sums(session, scope, plain, [period], ("cost",)).get((0, ()), (Decimal(0),))
    return cost
