"""How far answers are, in the database: saved while they are written, given up when their process is gone."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from fluxgate_app.models import Message, MessageStatus, ProcessLease
from fluxgate_app.models.columns import now


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far an answer is."""

    message_id: str
    content: str
    status: MessageStatus
    error: str | None
    tracking_id: str | None


def save(session: Session, snapshots: list[Snapshot], process_id: str) -> set[str]:
    """Store how far these answers are, which this process writes; gives the ids of those that were deleted meanwhile.

    What was tried again by another process is left alone. Of one that was given up because this process was not heard
    of for a while, only the end is stored.
    """
    ours = col(Message.process_id) == process_id
    given_up = col(Message.process_id).is_(None) & (col(Message.status) == MessageStatus.INTERRUPTED)
    unsaved = set[str]()
    for snapshot in snapshots:
        goes_on = snapshot.status is MessageStatus.STREAMING
        row = update(Message).where(col(Message.id) == snapshot.message_id, ours if goes_on else ours | given_up)
        saved = session.exec(
            row.values(
                content=snapshot.content,
                status=snapshot.status,
                error=snapshot.error,
                tracking_id=snapshot.tracking_id,
                process_id=process_id if goes_on else None,
            )
        )
        if saved.rowcount == 0:
            unsaved.add(snapshot.message_id)
    return unsaved - set(session.exec(select(Message.id).where(col(Message.id).in_(unsaved)))) if unsaved else unsaved


def abandoned(session: Session, process_id: str, conversation_id: str | None = None) -> list[str]:
    """The answers, here or anywhere, that processes left which are gone. `process_id` is us, alive."""
    living = select(ProcessLease.process_id).where(ProcessLease.expires_at > now())
    query = select(Message.id).where(
        col(Message.process_id).is_not(None), Message.process_id != process_id, col(Message.process_id).not_in(living)
    )
    if conversation_id is not None:
        query = query.where(Message.conversation_id == conversation_id)
    return list(session.exec(query))


def interrupt(session: Session, message_ids: list[str]) -> None:
    """Say of these answers that they will not be finished, unless they have been after all."""
    open_still = col(Message.id).in_(message_ids), col(Message.process_id).is_not(None)
    session.exec(update(Message).where(*open_still).values(status=MessageStatus.INTERRUPTED, process_id=None))
