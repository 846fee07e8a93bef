"""The stored chats of an account: what is read of them and what an account may change."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import Session, col, select

from fluxgate_app.chat.search import mentions
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.models import Conversation
from fluxgate_app.models.columns import now

TITLE_CHARS = 60
_LONGEST_TITLE = 200
_LONGEST_NAME = 100
INVALID_CURSOR = "Invalid cursor: use the nextCursor of the page before"


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation as its owner sees it in a list."""

    id: str
    title: str
    model: str | None
    persona: str | None
    created_at: datetime
    updated_at: datetime
    pinned: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Some conversations, newest first; `next_cursor` reads on, None at the end."""

    conversations: list[ConversationView]
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


def newest(
    session: Session,
    account_id: str,
    limit: int = 50,
    cursor: str | None = None,
    *,
    words: str = "",
    archived: bool = False,
    pinned: bool | None = None,
) -> ConversationPage:
    """An account's conversations, the last used first: those in which these words occur, those that are archived or
    are not, and only pinned ones or only others unless `pinned` is None.

    Raises Invalid for a cursor that is not one of ours, and for words that cannot be searched for.
    """
    query = (
        select(Conversation)
        .where(Conversation.account_id == account_id, col(Conversation.discarded_at).is_(None))
        .where(_is_set(Conversation.archived_at, archived))
        .order_by(col(Conversation.updated_at).desc(), col(Conversation.id).desc())
        .limit(limit + 1)
    )
    if pinned is not None:
        query = query.where(_is_set(Conversation.pinned_at, pinned))
    if words := words.strip():
        query = query.where(mentions(account_id, words))
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


def pin(session: Session, account_id: str, conversation_id: str, wanted: bool) -> None:
    """Keep it above the others, or no more."""
    owned(session, account_id, conversation_id).pinned_at = now() if wanted else None


def archive(session: Session, account_id: str, conversation_id: str, wanted: bool) -> None:
    """Take it out of the list, or back into it. The next question takes it back, too."""
    owned(session, account_id, conversation_id).archived_at = now() if wanted else None


def owned(
    session: Session, account_id: str, conversation_id: str, *, lock: bool = False, discarded: bool = False
) -> Conversation:
    """The live row, for a change in the same transaction; `lock` makes other changes of it wait. Raises NotFound.

    One that was discarded is found only by whoever asks for it.
    """
    if not is_storable(conversation_id):
        raise NotFound
    query = select(Conversation).where(Conversation.id == conversation_id, Conversation.account_id == account_id)
    row = session.exec(query.with_for_update() if lock else query).one_or_none()
    if row is None or (row.discarded_at is not None and not discarded):
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


def _is_set(moment: Any, wanted: bool) -> ColumnElement[bool]:
    return col(moment).is_not(None) if wanted else col(moment).is_(None)


def _view(row: Conversation) -> ConversationView:
    return ConversationView(
        row.id,
        row.title,
        row.model,
        row.persona,
        row.created_at,
        row.updated_at,
        row.pinned_at is not None,
        row.archived_at is not None,
    )


def _cursor(row: Conversation) -> str:
    return base64.urlsafe_b64encode(f"{row.updated_at.isoformat()} {row.id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, conversation_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        if not is_storable(conversation_id):
            raise Invalid(INVALID_CURSOR)
        return datetime.fromisoformat(moment).astimezone(UTC), conversation_id
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Invalid(INVALID_CURSOR) from error
