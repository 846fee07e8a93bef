"""What people say of the answers of recorded calls: good or not, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, case, literal_column
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from fluxgate_app.errors import Invalid
from fluxgate_app.events.tables import EVENTS, FEEDBACK
from fluxgate_app.models import Feedback

LONGEST_REASON = 1000
RATINGS = ("good", "bad")
# Not bound: PostgreSQL could not group by them.
_GOOD, _BAD = (literal_column(f"'{rating}'", String) for rating in RATINGS)
# Of each event, NULL where nobody has said anything.
RATING = (
    select_columns(case((FEEDBACK.c.is_good, _GOOD), else_=_BAD))
    .where(FEEDBACK.c.tracking_id == EVENTS.c.tracking_id)
    .correlate(EVENTS)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """Whether an answer was good; `reason` is empty when none was given."""

    is_good: bool
    reason: str
    created_at: datetime


def give(session: Session, tracking_id: str, is_good: bool, reason: str = "") -> FeedbackView:
    """Say so of this call, instead of what was said before. Raises Invalid for more than 1000 characters."""
    reason = reason.strip()
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise Invalid(f"A reason must have at most {LONGEST_REASON} characters")
    return _view(session.merge(Feedback(tracking_id=tracking_id, is_good=is_good, reason=reason)))


def take_back(session: Session, tracking_id: str) -> None:
    """Say nothing of this call any more."""
    if (row := session.get(Feedback, tracking_id)) is not None:
        session.delete(row)


def of_calls(session: Session, tracking_ids: Collection[str]) -> dict[str, FeedbackView]:
    """What was said of these calls, by tracking id. Whoever asks may see the calls."""
    rows = session.exec(select(Feedback).where(col(Feedback.tracking_id).in_(tracking_ids)))
    return {row.tracking_id: _view(row) for row in rows}


def is_rated(rating: str) -> ColumnElement[bool]:
    """That an event has this rating, as one finds it where few have any."""
    rated = select_columns(FEEDBACK.c.tracking_id).where(FEEDBACK.c.is_good.is_(rating == RATINGS[0]))
    return EVENTS.c.tracking_id.in_(rated)


def _view(row: Feedback) -> FeedbackView:
    return FeedbackView(row.is_good, row.reason, row.created_at)
