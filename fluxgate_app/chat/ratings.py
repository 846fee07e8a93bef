"""Whether an answer of a stored conversation was good: said of the call that wrote it."""

from sqlmodel import Session

from fluxgate_app.chat.turns import owned_message
from fluxgate_app.errors import Invalid
from fluxgate_app.events import feedback
from fluxgate_app.events.feedback import FeedbackView


def rate(
    session: Session, account_id: str, message_id: str, is_good: bool | None, reason: str = ""
) -> FeedbackView | None:
    """Say of an answer of one's own whether it was good, None to say nothing any more.

    Raises NotFound for another's, and Invalid for what no call has written, and for more than 1000 characters.
    """
    row = owned_message(session, account_id, message_id)
    if row.tracking_id is None:
        raise Invalid("Only an answer can be rated")
    if is_good is not None:
        return feedback.give(session, row.tracking_id, is_good, reason)
    feedback.take_back(session, row.tracking_id)
    return None
