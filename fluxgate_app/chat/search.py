"""Find the conversations in which something was said."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid
from fluxgate_app.events.containment import contains
from fluxgate_app.models import Conversation, Message

LONGEST_SEARCH = 200
# What was said is read through word by word: that must end, however much there is. Titles are all looked at.
TEXTS_SEARCHED_IN = 1000
_BEFORE, _AFTER = 24, 80


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What was said in this message, around the words."""

    message_id: str
    text: str


def mentions(account_id: str, words: str) -> ColumnElement[bool]:
    """Holds of a conversation whose title has these words, or a message of it, if it is among the thousand last used.

    Raises Invalid for more than 200 characters.
    """
    if len(words) > LONGEST_SEARCH or not is_storable(words):
        raise Invalid(f"A search must have at most {LONGEST_SEARCH} characters")
    recent = (
        select_columns(col(Conversation.id))
        .where(col(Conversation.account_id) == account_id)
        .order_by(col(Conversation.updated_at).desc(), col(Conversation.id).desc())
        .limit(TEXTS_SEARCHED_IN)
    )
    said = select_columns(col(Message.conversation_id)).where(
        col(Message.conversation_id).in_(recent), contains(col(Message.content), words)
    )
    return or_(contains(col(Conversation.title), words), col(Conversation.id).in_(said))


def excerpts(session: Session, account_id: str, conversation_ids: list[str], words: str) -> dict[str, Excerpt]:
    """Where the words were first said in each of these conversations, on any path, with a little around them."""
    words = words.strip()
    first = (
        select_columns(col(Message.conversation_id), func.min(Message.position))
        .join(Conversation, col(Conversation.id) == col(Message.conversation_id))
        .where(col(Conversation.account_id) == account_id, col(Conversation.id).in_(conversation_ids))
        .where(contains(col(Message.content), words))
        .group_by(col(Message.conversation_id))
    ).subquery()
    rows = session.connection().execute(
        select_columns(col(Message.conversation_id), col(Message.id), col(Message.content)).join(
            first,
            (first.c[0] == col(Message.conversation_id)) & (first.c[1] == col(Message.position)),
        )
    )
    return {chat: Excerpt(message_id, _excerpt(content, words)) for chat, message_id, content in rows}


def _excerpt(content: str, words: str) -> str:
    at = max(content.lower().find(words.lower()), 0)
    start, end = max(at - _BEFORE, 0), at + len(words) + _AFTER
    shown = " ".join(content[start:end].split())
    return f"{'…' if start else ''}{shown}{'…' if end < len(content) else ''}"
