"""Files that go with questions: checked when they come, sent with a question, gone with its conversation."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, cast

from sqlalchemy import ColumnElement, func
from sqlalchemy import delete as delete_rows
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from fluxgate_app.chat.conversations import owned
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Part, Text
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import Attachment, Message
from fluxgate_app.models.columns import now
from fluxgate_app.providers.model import Model

MOST_TEXT_BYTES = 256 * 1024
# Anthropic takes no larger ones: https://docs.anthropic.com/en/docs/build-with-claude/vision
MOST_IMAGE_BYTES = 5 * 1024 * 1024
MOST_AT_ONCE = 10
# What was not sent is kept for a day, and nobody fills the disk with it meanwhile.
MOST_WAITING = 50
WAITS = timedelta(days=1)
# Of one account, sent and unsent.
MOST_BYTES = 500 * 1024 * 1024
TEXT = "text/plain"

_LONGEST_NAME = 200
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_WEBP = "image/webp"
MEDIA_TYPES = (TEXT, *dict.fromkeys(_IMAGES.values()), _WEBP)
_KINDS = "Only texts and PNG, JPEG, GIF or WebP pictures can be attached"
_VIEWED = (
    col(Attachment.id),
    col(Attachment.name),
    col(Attachment.media_type),
    col(Attachment.size),
    col(Attachment.created_at),
)


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file without its content; `size` in bytes."""

    id: str
    name: str
    media_type: str
    size: int
    created_at: datetime


def read_ids(given: Any) -> tuple[str, ...]:
    """The ids in a body or an event. Raises Invalid for what is no list of a few texts."""
    listed = cast("list[Any]", given) if isinstance(given, list) else [None]
    ids = tuple(one for one in listed if isinstance(one, str))
    if len(ids) < len(listed) or len(ids) > MOST_AT_ONCE:
        raise Invalid(f"Invalid attachments: at most {MOST_AT_ONCE} ids of files")
    return ids


def add(session: Session, account_id: str, name: str, content: bytes) -> AttachmentView:
    """Keep a file until it is sent. What it is, its content decides, not its name.

    Raises Invalid for one that is empty, too large, or neither a text nor a picture that models read; Conflict when
    too many wait already, or all of the account's take too much.
    """
    waiting = select(func.count()).select_from(Attachment).where(*_waiting_of(account_id))
    if session.exec(waiting).one() >= MOST_WAITING:
        raise Conflict(f"{MOST_WAITING} files wait to be sent already: send or remove some first")
    kept = select(func.coalesce(func.sum(Attachment.size), 0)).where(Attachment.account_id == account_id)
    if session.exec(kept).one() + len(content) > MOST_BYTES:
        raise Conflict("Your files take 500 MB already: delete conversations that have some")
    name = _checked_name(name)
    row = Attachment(
        account_id=account_id, name=name, media_type=_kind_of(name, content), size=len(content), content=content
    )
    session.add(row)
    session.flush()
    return _view(row)


def content(session: Session, account_id: str, attachment_id: str) -> tuple[AttachmentView, bytes]:
    """One of an account's files. Raises NotFound, also when its conversation is gone."""
    row = _own(session, account_id, attachment_id)
    if row.conversation_id is not None:
        owned(session, account_id, row.conversation_id)
    return _view(row), row.content


def content_of(session: Session, conversation_id: str, attachment_id: str) -> tuple[AttachmentView, bytes]:
    """A file that was sent in this conversation, for whoever may see that. Raises NotFound."""
    row = session.get(Attachment, attachment_id)
    if row is None or row.conversation_id != conversation_id:
        raise NotFound
    return _view(row), row.content


def remove(session: Session, account_id: str, attachment_id: str) -> None:
    """Forget one that was not sent. Raises NotFound, and Conflict for one that was."""
    row = _own(session, account_id, attachment_id)
    if row.conversation_id is not None:
        raise Conflict("It was sent: it goes with its conversation")
    session.delete(row)


def views(session: Session, account_id: str, attachment_ids: Sequence[str]) -> list[AttachmentView]:
    """These files that can be sent, in this order. Raises Invalid when one is not there, or comes twice."""
    asked = [one for one in attachment_ids if is_storable(one)]
    found = _by_id(session, *_waiting_of(account_id), col(Attachment.id).in_(asked))
    if len(found) < len(attachment_ids):
        raise Invalid("An attached file is not there any more, or was sent: attach it again")
    return [found[one] for one in attachment_ids]


def check_readable(session: Session, account_id: str, attachment_ids: Sequence[str], model: Model) -> None:
    """Raise Invalid when this model cannot read these files, and as `views` does."""
    files = views(session, account_id, attachment_ids)
    if not model.reads_images and any(file.media_type != TEXT for file in files):
        raise Invalid(f"{model.title} reads texts only: choose another model, or remove the picture")


def send(session: Session, account_id: str, conversation_id: str, attachment_ids: Sequence[str]) -> None:
    """They belong to this conversation from now on. Raises as `views` does."""
    if attachment_ids:
        views(session, account_id, attachment_ids)
        rows = select(Attachment).where(col(Attachment.id).in_(attachment_ids), *_waiting_of(account_id))
        for row in session.exec(rows.with_for_update()):
            row.conversation_id = conversation_id


def of_conversation(session: Session, conversation_id: str) -> dict[str, AttachmentView]:
    """All that was sent there, by id."""
    return _by_id(session, col(Attachment.conversation_id) == conversation_id)


def told(session: Session, rows: Sequence[Message]) -> list[ChatMessage]:
    """What a model is told of these turns: the files of a question come before its words."""
    sent = [one for row in rows for one in row.attachment_ids]
    found = session.exec(select(Attachment).where(col(Attachment.id).in_(sent))) if sent else ()
    files = {file.id: _part(file) for file in found}
    return [_turn(row, [files[one] for one in row.attachment_ids if one in files]) for row in rows]


def forget_unused(session: Session, conversation_id: str, attachment_ids: Sequence[str]) -> None:
    """Delete those of these files that no message of the conversation has any more."""
    rows = session.exec(select(Message).where(Message.conversation_id == conversation_id))
    kept = {one for row in rows for one in row.attachment_ids}
    gone = [one for one in attachment_ids if one not in kept]
    if gone:
        session.exec(delete_rows(Attachment).where(col(Attachment.id).in_(gone)))


def forget(session: Session) -> None:
    """Delete what was not sent in time."""
    unsent = col(Attachment.conversation_id).is_(None), col(Attachment.created_at) < now() - WAITS
    session.exec(delete_rows(Attachment).where(*unsent))


def _view(row: Attachment) -> AttachmentView:
    return AttachmentView(row.id, row.name, row.media_type, row.size, row.created_at)


def _own(session: Session, account_id: str, attachment_id: str) -> Attachment:
    if not is_storable(attachment_id):
        raise NotFound
    query = select(Attachment).where(Attachment.id == attachment_id, Attachment.account_id == account_id)
    row = session.exec(query).one_or_none()
    if row is None:
        raise NotFound
    return row


def _waiting_of(account_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Attachment.account_id) == account_id, col(Attachment.conversation_id).is_(None)


def _by_id(session: Session, *which: ColumnElement[bool]) -> dict[str, AttachmentView]:
    rows = session.connection().execute(select_columns(*_VIEWED).where(*which))
    return {row[0]: AttachmentView(*row) for row in rows}


def _checked_name(name: str) -> str:
    name = " ".join(PurePath(name.replace("\\", "/")).name.split())[-_LONGEST_NAME:]
    if not is_storable(name):
        raise Invalid("A file's name must be whole characters")
    return name or "file"


def _kind_of(name: str, content: bytes) -> str:
    kind = next((kind for start, kind in _IMAGES.items() if content.startswith(start)), None)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind = _WEBP
    if kind is None:
        _check_text(name, content)
        return TEXT
    if len(content) > MOST_IMAGE_BYTES:
        raise Invalid("A picture may have at most 5 MB")
    return kind


def _check_text(name: str, content: bytes) -> None:
    if name.lower().endswith((".svg", ".svgz")) or b"<svg" in content[:1000].lower():
        raise Invalid(f"{_KINDS}: no SVG")
    if len(content) > MOST_TEXT_BYTES:
        raise Invalid(f"{_KINDS}; a text may have at most 256 KB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_KINDS) from None
    if not text.strip():
        raise Invalid("The file is empty")
    if not is_storable(text):
        raise Invalid(_KINDS)


def _turn(row: Message, files: list[Part]) -> ChatMessage:
    role = "user" if row.role == "user" else "assistant"
    return ChatMessage(role, (*files, Text(row.content)) if files else row.content)


def _part(row: Attachment) -> Part:
    if row.media_type == TEXT:
        return Text(f'The attached file "{row.name}":\n\n{row.content.decode("utf-8-sig")}')
    return Image(row.media_type, b64encode(row.content).decode())
