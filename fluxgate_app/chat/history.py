"""What was said in a stored conversation: the turns on the path that is looked at, all of them or page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from fluxgate_app.chat import branches
from fluxgate_app.chat.attachments import AttachmentView, of_conversation
from fluxgate_app.chat.conversations import INVALID_CURSOR, owned
from fluxgate_app.errors import Invalid
from fluxgate_app.models import Conversation, Message, MessageStatus


@dataclass(frozen=True, slots=True)
class MessageView:
    """One turn. `error` says in words why a failed answer failed, `tracking_id` names its recorded call.

    `earlier_calls` are those that were made for it before; `versions` the ids of what stands at its place, in the
    order in which it came, empty where it is alone.
    """

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
    parent_id: str | None = None
    earlier_calls: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some turns, oldest first; `next_cursor` reads on, None at the end."""

    messages: list[MessageView]
    next_cursor: str | None


def messages(session: Session, account_id: str, conversation_id: str) -> list[MessageView]:
    """All turns, oldest first. Raises NotFound as `conversations.get` does."""
    leaf_id = owned(session, account_id, conversation_id).leaf_id
    return _views(session, conversation_id, session.exec(turns_to(leaf_id)).all())


def message_page(
    session: Session, account_id: str, conversation_id: str, limit: int, cursor: str | None = None
) -> MessagePage:
    """The oldest turns, or those after the cursor.

    Raises NotFound as `conversations.get` does, Invalid for a cursor that is not ours.
    """
    query = turns_to(owned(session, account_id, conversation_id).leaf_id).limit(limit + 1)
    if cursor is not None:
        query = query.where(Message.position > _read_position(cursor))
    rows = session.exec(query).all()
    views = _views(session, conversation_id, rows[:limit])
    return MessagePage(views, str(rows[limit - 1].position) if len(rows) > limit else None)


def is_open(session: Session, account_id: str, message_id: str) -> bool:
    """Whether this answer is being written, here or elsewhere, as far as is known; not when it is another account's."""
    query = select(Message.status).join(Conversation).where(Message.id == message_id)
    return session.exec(query.where(Conversation.account_id == account_id)).one_or_none() is MessageStatus.STREAMING


def turns_to(leaf_id: str | None) -> SelectOfScalar[Message]:
    """The turns of the path that ends there, oldest first."""
    path = branches.path_to(leaf_id)
    return select(Message).join(path, path.c.id == col(Message.id)).order_by(col(Message.position))


def _views(session: Session, conversation_id: str, rows: Sequence[Message]) -> list[MessageView]:
    files, versions = of_conversation(session, conversation_id), branches.versions(session, conversation_id)
    return [_message_view(row, files, versions.get(row.id, ())) for row in rows]


def _message_view(row: Message, files: dict[str, AttachmentView], versions: tuple[str, ...]) -> MessageView:
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
        row.parent_id,
        tuple(row.earlier_calls),
        versions,
    )


def _read_position(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise Invalid(INVALID_CURSOR)
    return int(cursor)
