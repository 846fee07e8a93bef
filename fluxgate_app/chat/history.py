"""What was said in a stored conversation: its turns, all of them or page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from fluxgate_app.chat.attachments import AttachmentView, of_conversation
from fluxgate_app.chat.conversations import INVALID_CURSOR, owned
from fluxgate_app.errors import Invalid
from fluxgate_app.models import Message, MessageStatus


@dataclass(frozen=True, slots=True)
class MessageView:
    """One turn. `error` says in words why a failed answer failed, `tracking_id` names its recorded call."""

    id: str
    conversation_id: str
    role: str
    content: str
    status: MessageStatus
    error: str | None
    model: str | None
    tracking_id: str | None
    created_at: datetime
    attachments: tuple[AttachmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some turns, oldest first; `next_cursor` reads on, None at the end."""

    messages: list[MessageView]
    next_cursor: str | None


def messages(session: Session, account_id: str, conversation_id: str) -> list[MessageView]:
    """All turns, oldest first. Raises NotFound as `conversations.get` does."""
    owned(session, account_id, conversation_id)
    return _views(session, conversation_id, session.exec(_turns_of(conversation_id)).all())


def message_page(
    session: Session, account_id: str, conversation_id: str, limit: int, cursor: str | None = None
) -> MessagePage:
    """The oldest turns, or those after the cursor.

    Raises NotFound as `conversations.get` does, Invalid for a cursor that is not ours.
    """
    owned(session, account_id, conversation_id)
    query = _turns_of(conversation_id).limit(limit + 1)
    if cursor is not None:
        query = query.where(Message.position > _read_position(cursor))
    rows = session.exec(query).all()
    views = _views(session, conversation_id, rows[:limit])
    return MessagePage(views, str(rows[limit - 1].position) if len(rows) > limit else None)


def _turns_of(conversation_id: str) -> SelectOfScalar[Message]:
    return select(Message).where(Message.conversation_id == conversation_id).order_by(col(Message.position))


def _views(session: Session, conversation_id: str, rows: Sequence[Message]) -> list[MessageView]:
    files = of_conversation(session, conversation_id)
    return [_message_view(row, files) for row in rows]


def _message_view(row: Message, files: dict[str, AttachmentView]) -> MessageView:
    return MessageView(
        row.id,
        row.conversation_id,
        row.role,
        row.content,
        row.status,
        row.error,
        row.model,
        row.tracking_id,
        row.created_at,
        tuple(files[one] for one in row.attachment_ids if one in files),
    )


def _read_position(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise Invalid(INVALID_CURSOR)
    return int(cursor)
