"""The stored chats of an account: what is read of them and what an account may change."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import select as select_columns
from sqlalchemy import tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.models import AiEvent, AiEventContent, Conversation, Message, MessageStatus

TITLE_CHARS = 60
_LONGEST_TITLE = 200
_LONGEST_NAME = 100
_INVALID_CURSOR = "Invalid cursor: use the nextCursor of the page before"


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation as its owner sees it in a list."""

    id: str
    title: str
    model: str | None
    persona: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Some conversations, newest first; `next_cursor` reads on, None at the end."""

    conversations: list[ConversationView]
    next_cursor: str | None


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


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some turns, oldest first; `next_cursor` reads on, None at the end."""

    messages: list[MessageView]
    next_cursor: str | None


def create(
    session: Session, account_id: str, title: str = "", model: str | None = None, persona: str | None = None
) -> ConversationView:
    """A new empty conversation. Its first question gives it a title, unless it has one.

    Raises Invalid for a title of more than 200 characters, and for a model or persona of more than 100.
    """
    for name in filter(None, (model, persona)):
        if len(name) > _LONGEST_NAME or not is_storable(name):
            raise Invalid("A model or persona must have at most 100 characters")
    row = Conversation(account_id=account_id, title=_checked_title(title), model=model, persona=persona)
    session.add(row)
    session.flush()
    return _view(row)


def newest(session: Session, account_id: str, limit: int = 50, cursor: str | None = None) -> ConversationPage:
    """An account's conversations, the last used first. Raises Invalid for a cursor that is not one of ours."""
    query = (
        select(Conversation)
        .where(Conversation.account_id == account_id)
        .order_by(col(Conversation.updated_at).desc(), col(Conversation.id).desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        key = tuple_(col(Conversation.updated_at), col(Conversation.id))
        query = query.where(key < _read_cursor(cursor))
    rows = session.exec(query).all()
    more = len(rows) > limit
    return ConversationPage([_view(row) for row in rows[:limit]], _cursor(rows[limit - 1]) if more else None)


def get(session: Session, account_id: str, conversation_id: str) -> ConversationView:
    """One conversation. Raises NotFound when there is none, or when it is another account's."""
    return _view(owned(session, account_id, conversation_id))


def rename(session: Session, account_id: str, conversation_id: str, title: str) -> ConversationView:
    """Give it another title, of 1 to 200 characters. It stays where it is in the list."""
    row = owned(session, account_id, conversation_id)
    row.title = _checked_title(title)
    if not row.title:
        raise Invalid("A title must have 1 to 200 characters")
    session.flush()
    return _view(row)


def delete(session: Session, account_id: str, conversation_id: str) -> None:
    """Forget it, its messages and what its recorded calls kept of them (spec section 6). The calls themselves stay."""
    # What is being recorded of it meanwhile comes before this or not at all.
    row = owned(session, account_id, conversation_id, lock=True)
    calls = select_columns(col(AiEvent.tracking_id)).where(
        col(AiEvent.conversation_id) == row.id, col(AiEvent.account) == account_id
    )
    session.exec(delete_rows(AiEventContent).where(col(AiEventContent.tracking_id).in_(calls)))
    session.delete(row)


def messages(session: Session, account_id: str, conversation_id: str) -> list[MessageView]:
    """All turns, oldest first. Raises NotFound as `get` does."""
    owned(session, account_id, conversation_id)
    return [_message_view(row) for row in session.exec(_turns_of(conversation_id))]


def message_page(
    session: Session, account_id: str, conversation_id: str, limit: int, cursor: str | None = None
) -> MessagePage:
    """The oldest turns, or those after the cursor. Raises NotFound as `get` does, Invalid for a cursor not ours."""
    owned(session, account_id, conversation_id)
    query = _turns_of(conversation_id).limit(limit + 1)
    if cursor is not None:
        query = query.where(Message.position > _read_position(cursor))
    rows = session.exec(query).all()
    views = [_message_view(row) for row in rows[:limit]]
    return MessagePage(views, str(rows[limit - 1].position) if len(rows) > limit else None)


def owned(session: Session, account_id: str, conversation_id: str, *, lock: bool = False) -> Conversation:
    """The live row, for a change in the same transaction; `lock` makes other changes of it wait. Raises NotFound."""
    if not is_storable(conversation_id):
        raise NotFound
    query = select(Conversation).where(Conversation.id == conversation_id, Conversation.account_id == account_id)
    row = session.exec(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return row


def title_from(question: str) -> str:
    """The first words of a question, at most 60 characters."""
    words = " ".join(question.split())
    if len(words) <= TITLE_CHARS:
        return words
    shortened = words[:TITLE_CHARS]
    return (shortened.rpartition(" ")[0] or shortened[:-1]) + "…"


def _checked_title(title: str) -> str:
    title = " ".join(title.split())
    if len(title) > _LONGEST_TITLE or not is_storable(title):
        raise Invalid("A title must have 1 to 200 characters")
    return title


def _turns_of(conversation_id: str) -> SelectOfScalar[Message]:
    return select(Message).where(Message.conversation_id == conversation_id).order_by(col(Message.position))


def _view(row: Conversation) -> ConversationView:
    return ConversationView(row.id, row.title, row.model, row.persona, row.created_at, row.updated_at)


def _message_view(row: Message) -> MessageView:
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
    )


def _cursor(row: Conversation) -> str:
    return base64.urlsafe_b64encode(f"{row.updated_at.isoformat()} {row.id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, conversation_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        if not is_storable(conversation_id):
            raise Invalid(_INVALID_CURSOR)
        return datetime.fromisoformat(moment).astimezone(UTC), conversation_id
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Invalid(_INVALID_CURSOR) from error


def _read_position(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise Invalid(_INVALID_CURSOR)
    return int(cursor)
