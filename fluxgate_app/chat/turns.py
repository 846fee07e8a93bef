"""A question and its answer in the database: begun together, filled as the answer is written, ended or abandoned."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from fluxgate_app.chat.attachments import send, told
from fluxgate_app.chat.conversations import owned, title_from
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.personas import persona_prompt
from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import Account, Conversation, Message, MessageStatus, ProcessLease
from fluxgate_app.models.columns import now
from fluxgate_app.tracking import User

_STILL_WRITING = "An answer is still being written here: wait for its end, or stop it"
_GO_ON = "Your answer broke off. Go on exactly where it ends, without repeating or announcing anything."
_UNFINISHED = (MessageStatus.STOPPED, MessageStatus.FAILED, MessageStatus.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer that is about to be written: its row, what is there of it, all that was said before, and who asked."""

    message_id: str
    conversation_id: str
    said: list[ChatMessage]
    model: str
    persona: str | None
    user: User
    so_far: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far an answer is."""

    message_id: str
    content: str
    status: MessageStatus
    error: str | None
    tracking_id: str | None


def begin(
    session: Session,
    account_id: str,
    conversation_id: str,
    question: str,
    *,
    model: str,
    persona: str | None,
    process_id: str,
    attachments: Sequence[str] = (),
) -> Turn:
    """Save the question and an empty answer. The conversation keeps the model, and a known persona, for the next.

    Raises NotFound for a conversation that is not this account's, Conflict while another answer is being written, and
    Invalid for an attachment that cannot be sent.
    """
    conversation = owned(session, account_id, conversation_id, lock=True)
    send(session, account_id, conversation_id, attachments)
    _refuse_while_writing(session, conversation.id, process_id)
    position = _last_position(session, conversation.id)
    asked = Message(conversation_id=conversation.id, position=position + 1, role="user", content=question)
    asked.attachment_ids = list(attachments)
    answer = Message(
        conversation_id=conversation.id,
        position=position + 2,
        role="assistant",
        status=MessageStatus.STREAMING,
        model=model,
        process_id=process_id,
    )
    session.add_all([asked, answer])
    conversation.title = conversation.title or title_from(question)
    conversation.model = model
    conversation.persona = persona if persona_prompt(persona) else conversation.persona
    conversation.updated_at, conversation.archived_at = now(), None
    session.flush()
    return _turn(session, conversation, answer, model)


def begin_again(
    session: Session,
    account_id: str,
    message_id: str,
    *,
    model: str,
    process_id: str,
    question: str | None = None,
    goes_on: bool = False,
) -> Turn:
    """Empty the last answer to write it anew, to the same question or to this one; or go on where it broke off.

    Raises what `last_answer` raises, Conflict while an answer is being written, and Invalid when there is nothing to
    go on from.
    """
    conversation_id = owned_message(session, account_id, message_id).conversation_id
    conversation = owned(session, account_id, conversation_id, lock=True)
    _refuse_while_writing(session, conversation.id, process_id)
    answer = last_answer(session, account_id, message_id)
    if goes_on and (answer.status not in _UNFINISHED or not answer.content):
        raise Invalid("Only an answer that broke off can be continued")
    if question is not None:
        _question_of(session, answer).content = question
    answer.content = answer.content if goes_on else ""
    answer.error, answer.tracking_id = None, None
    answer.status, answer.model, answer.process_id = MessageStatus.STREAMING, model, process_id
    conversation.updated_at = now()
    session.flush()
    return _turn(session, conversation, answer, model)


def last_answer(session: Session, account_id: str, message_id: str) -> Message:
    """The live row of an answer that can be written anew.

    Raises NotFound for a message that is not this account's, Invalid for one that is not its conversation's last.
    """
    row = owned_message(session, account_id, message_id)
    session.refresh(row)
    if row.position != _last_position(session, row.conversation_id):
        raise Invalid("Only the last answer can be written again")
    return row


def owned_message(session: Session, account_id: str, message_id: str) -> Message:
    """The live row. Raises NotFound when it is in nobody's or another account's conversation."""
    query = select(Message).join(Conversation).where(Message.id == message_id, Conversation.account_id == account_id)
    query = query.where(col(Conversation.discarded_at).is_(None))
    row = session.exec(query).one_or_none()
    if row is None:
        raise NotFound
    return row


def model_to_retry(session: Session, account_id: str, message_id: str) -> str | None:
    """Which model was asked for this answer. Raises as `last_answer`, and Conflict while it is being written."""
    row = owned_message(session, account_id, message_id)
    if row.status is MessageStatus.STREAMING:
        raise Conflict(_STILL_WRITING)
    return last_answer(session, account_id, message_id).model


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


def _refuse_while_writing(session: Session, conversation_id: str, process_id: str) -> None:
    if left := abandoned(session, process_id, conversation_id):
        interrupt(session, left)
    writing = select(Message.id).where(Message.conversation_id == conversation_id, col(Message.process_id).is_not(None))
    if session.exec(writing).first() is not None:
        raise Conflict(_STILL_WRITING)


def _question_of(session: Session, answer: Message) -> Message:
    asked = select(Message).where(
        Message.conversation_id == answer.conversation_id, Message.position == answer.position - 1
    )
    return session.exec(asked).one()


def _last_position(session: Session, conversation_id: str) -> int:
    highest = func.coalesce(func.max(Message.position), -1)
    return session.exec(select(highest).where(Message.conversation_id == conversation_id)).one()


def _turn(session: Session, conversation: Conversation, answer: Message, model: str) -> Turn:
    before = (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.position < answer.position)
        .order_by(col(Message.position))
    )
    said = told(session, session.exec(before).all())
    if answer.content:
        said += [ChatMessage("assistant", answer.content), ChatMessage("user", _GO_ON)]
    account = session.get_one(Account, conversation.account_id)
    user = User(account.id, name=account.name or None, email=account.email)
    return Turn(answer.id, conversation.id, said, model, conversation.persona, user, answer.content)
