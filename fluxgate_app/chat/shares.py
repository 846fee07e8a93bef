"""Conversations shown to whoever has a link: made as a copy of what was said, read without an account, withdrawn."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, count

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from fluxgate_app.chat import history
from fluxgate_app.chat.attachments import AttachmentView, content_of, of_conversation
from fluxgate_app.chat.conversations import owned
from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import Conversation, Share
from fluxgate_app.models.columns import now

LONGEST_DAYS = 3650
MOST = 100
_TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class ShareView:
    """A link, without its token; it opens nothing from `expires_at` on, if that is set."""

    id: str
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class SharedChat:
    """What a stranger sees: a title, when it was shared, and what was said. Nothing else is known of it."""

    title: str
    created_at: datetime
    turns: list["SharedTurn"]


@dataclass(frozen=True, slots=True)
class SharedTurn:
    """A role, its text, and the files that went with it, as far as they are still there."""

    role: str
    text: str
    files: tuple["SharedFile", ...] = ()


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file without its content; `number` names it among all files of the share."""

    number: int
    name: str
    media_type: str


def create(session: Session, account_id: str, conversation_id: str, days: int | None = None) -> tuple[str, ShareView]:
    """Share what is said on the path that is looked at; gives the token, which is not to be had again, and the link.

    Raises NotFound for another's conversation, Invalid for days beyond 1 to 3650, Conflict
    when nothing was said yet or it has a hundred links.
    """
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"expiresInDays must be 1 to {LONGEST_DAYS}, or left out")
    conversation = owned(session, account_id, conversation_id, lock=True)
    said = history.messages(session, account_id, conversation_id)
    turns = [[turn.role, turn.content, [file.id for file in turn.attachments]] for turn in said if turn.content]
    if not turns:
        raise Conflict("There is nothing to share yet")
    if len(newest(session, account_id, conversation_id)) >= MOST:
        raise Conflict(f"This conversation has {MOST} links: withdraw one of them")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = Share(conversation_id=conversation.id, token_hash=_hash(token), title=conversation.title, turns=turns)
    row.expires_at = row.created_at + timedelta(days=days) if days else None
    session.add(row)
    session.flush()
    return token, _view(row)


def newest(session: Session, account_id: str, conversation_id: str) -> list[ShareView]:
    """The links of a conversation that still open it, the newest first. Raises NotFound for another's."""
    owned(session, account_id, conversation_id)
    rows = select(Share).where(Share.conversation_id == conversation_id, _is_open())
    return list(map(_view, session.exec(rows.order_by(col(Share.created_at).desc(), col(Share.id).desc()))))


def withdraw(session: Session, account_id: str, conversation_id: str, share_id: str) -> None:
    """From now on this link opens nothing. Raises NotFound for another's conversation, and for a link of none."""
    owned(session, account_id, conversation_id)
    query = select(Share).where(Share.id == share_id, Share.conversation_id == conversation_id)
    row = session.exec(query).one_or_none()
    if row is None:
        raise NotFound
    session.delete(row)


def opened(session: Session, token: str) -> SharedChat:
    """What this link shows. Raises NotFound for one that was never made, was withdrawn, or is too old."""
    row = _opened(session, token)
    there, numbers = of_conversation(session, row.conversation_id), count()
    turns: list[SharedTurn] = []
    for role, text, *more in row.turns:
        sent = [(next(numbers), there.get(one)) for one in chain.from_iterable(more)]
        files = [SharedFile(number, file.name, file.media_type) for number, file in sent if file]
        turns.append(SharedTurn(role, text, tuple(files)))
    return SharedChat(row.title, row.created_at, turns)


def file(session: Session, token: str, number: int) -> tuple[AttachmentView, bytes]:
    """The file of this number. Raises NotFound, also when it was deleted since."""
    row = _opened(session, token)
    sent = [one for _, _, *more in row.turns for one in chain.from_iterable(more)]
    if not 0 <= number < len(sent):
        raise NotFound
    return content_of(session, row.conversation_id, sent[number])


def _opened(session: Session, token: str) -> Share:
    query = select(Share).join(Conversation).where(Share.token_hash == _hash(token), _is_open())
    row = session.exec(query.where(col(Conversation.discarded_at).is_(None))).one_or_none()
    if row is None:
        raise NotFound
    return row


def _is_open() -> ColumnElement[bool]:
    return or_(col(Share.expires_at).is_(None), col(Share.expires_at) > now())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _view(row: Share) -> ShareView:
    return ShareView(row.id, row.created_at, row.expires_at)
