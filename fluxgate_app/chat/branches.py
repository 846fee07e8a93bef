"""The paths through a conversation: what was asked or answered in another way stands beside what was there before."""

from collections import defaultdict

from sqlalchemy import CTE, Select, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from fluxgate_app.models import Conversation, Message

_FIRST = col(Message.parent_id).is_(None)


def path_to(message_id: str | None) -> CTE:
    """The ids of this message and of all that led to it, to join messages with."""
    path = _pairs().where(col(Message.id) == message_id).cte("path", recursive=True)
    return path.union_all(_pairs().join(path, col(Message.id) == path.c.parent_id))


def below(message_id: str) -> CTE:
    """The ids of this message and of all that follows it on any path."""
    found = _pairs().where(col(Message.id) == message_id).cte("below", recursive=True)
    return found.union_all(_pairs().join(found, col(Message.parent_id) == found.c.id))


def newest_end(session: Session, message_id: str) -> str:
    """The message at which the newest path over this one ends."""
    found = below(message_id)
    newest = select_columns(col(Message.id)).join(found, found.c.id == col(Message.id))
    return session.connection().execute(newest.order_by(col(Message.position).desc()).limit(1)).scalar_one()


def versions(session: Session, conversation_id: str) -> dict[str, tuple[str, ...]]:
    """Of each message that has others beside it, the ids of all of them with its own, the first first."""
    rows = _pairs().where(col(Message.conversation_id) == conversation_id).order_by(col(Message.position))
    beside = defaultdict[str | None, list[str]](list)
    for message_id, parent_id in session.connection().execute(rows):
        beside[parent_id].append(message_id)
    return {one: tuple(ids) for ids in beside.values() if len(ids) > 1 for one in ids}


def leave(session: Session, conversation: Conversation, row: Message) -> None:
    """Look elsewhere, as this message and all that followed are gone: at its newest version, or else at its parent."""
    if row.parent_id is not None:
        conversation.leaf_id = newest_end(session, row.parent_id)
        return
    firsts = _FIRST & (col(Message.conversation_id) == conversation.id)
    newest = select_columns(col(Message.id)).where(firsts).order_by(col(Message.position).desc()).limit(1)
    first = session.connection().execute(newest).scalar()
    conversation.leaf_id = newest_end(session, first) if first else None


def has_followers(session: Session, message_id: str) -> bool:
    """Whether anything was said after this."""
    after = select_columns(func.count()).where(col(Message.parent_id) == message_id)
    return bool(session.connection().execute(after).scalar())


def _pairs() -> Select[str, str | None]:
    return select_columns(col(Message.id), col(Message.parent_id))
