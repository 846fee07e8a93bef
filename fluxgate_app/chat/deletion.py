"""How what was said goes: a message at once, with all that followed; a conversation a while after it was discarded."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, CompoundSelect, union, update
from sqlalchemy import delete as delete_rows
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from fluxgate_app.chat.attachments import forget_unused
from fluxgate_app.chat.branches import below, leave
from fluxgate_app.chat.conversations import owned
from fluxgate_app.chat.turns import owned_message, refuse_while_writing
from fluxgate_app.models import AiEvent, AiEventContent, Conversation, Feedback, Message
from fluxgate_app.models.columns import now

# The page offers to undo it for two seconds less.
UNDO_SECONDS = 10.0
_AT_ONCE = 100


def discard(session: Session, account_id: str, conversation_id: str) -> None:
    """From now on nobody finds it, and soon it is deleted. Raises NotFound."""
    owned(session, account_id, conversation_id, lock=True).discarded_at = now()


def restore(session: Session, account_id: str, conversation_id: str) -> None:
    """It was not meant. Raises NotFound when it is too late."""
    owned(session, account_id, conversation_id, lock=True, discarded=True).discarded_at = None


def delete(session: Session, account_id: str, conversation_id: str) -> None:
    """Forget it, its messages and what its recorded calls kept of them (spec section 6). The calls themselves stay."""
    # What is being recorded of it meanwhile comes before this or not at all.
    _forget(session, owned(session, account_id, conversation_id, lock=True))


def delete_message(session: Session, account_id: str, message_id: str, process_id: str) -> None:
    """Forget it, all that followed it on any path, and what the recorded calls kept of that; the calls stay.

    Raises NotFound, and Conflict while an answer is being written in its conversation. `process_id` is us, alive.
    """
    row = owned_message(session, account_id, message_id)
    conversation = owned(session, account_id, row.conversation_id, lock=True)
    refuse_while_writing(session, conversation.id, process_id)
    found = below(row.id)
    going = session.exec(select(Message).join(found, found.c.id == col(Message.id))).all()
    calls = {call for one in going for call in (one.tracking_id, *one.earlier_calls) if call}
    _forget_texts(session, calls)
    for one in going:
        session.delete(one)
    session.flush()
    forget_unused(session, conversation.id, [file for one in going for file in one.attachment_ids])
    if session.get(Message, conversation.leaf_id) is None:
        leave(session, conversation, row)


def due(session: Session) -> bool:
    """Whether anything was discarded long enough ago."""
    return session.exec(select(Conversation.id).where(_is_due()).limit(1)).first() is not None


def delete_due(session: Session) -> None:
    """Delete what was discarded long enough ago, a hundred at once."""
    rows = select(Conversation).where(_is_due()).limit(_AT_ONCE).with_for_update(skip_locked=True)
    for row in session.exec(rows).all():
        _forget(session, row)


def _is_due() -> ColumnElement[bool]:
    return col(Conversation.discarded_at) < now() - timedelta(seconds=UNDO_SECONDS)


def _forget(session: Session, row: Conversation) -> None:
    recorded = select_columns(col(AiEvent.tracking_id)).where(
        col(AiEvent.conversation_id) == row.id, col(AiEvent.account) == row.account_id
    )
    # What has just been answered, and rated, may be stored only a moment later.
    answers = select_columns(col(Message.tracking_id)).where(col(Message.conversation_id) == row.id)
    _forget_texts(session, union(recorded, answers))
    session.delete(row)


def _forget_texts(session: Session, calls: Collection[str] | CompoundSelect[tuple[str]]) -> None:
    """What was kept of them, and why their answers were good or not."""
    session.exec(delete_rows(AiEventContent).where(col(AiEventContent.tracking_id).in_(calls)))
    session.exec(update(Feedback).where(col(Feedback.tracking_id).in_(calls)).values(reason=""))
