"""A question and its answer in the database: begun together, or anew beside what was there, or continued."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from fluxgate_app.chat.attachments import send, told
from fluxgate_app.chat.branches import has_followers, newest_end
from fluxgate_app.chat.conversations import owned, title_from
from fluxgate_app.chat.history import turns_to
from fluxgate_app.chat.manners import Manner, manner_of
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.personas import prompt_of
from fluxgate_app.chat.snapshots import abandoned, interrupt
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import Account, AiEvent, Conversation, Message, MessageStatus
from fluxgate_app.models.columns import now
from fluxgate_app.tracking import Status, User

_STILL_WRITING = "An answer is still being written here: wait for its end, or stop it"
_GO_ON = "Your answer broke off. Go on exactly where it ends, without repeating or announcing anything."
_UNFINISHED = (MessageStatus.STOPPED, MessageStatus.FAILED, MessageStatus.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer that is about to be written: its row, what is there of it, all that was said before, and who asked.

    `instructions` are the prompt of the manner's persona, `earlier_calls` the tracking ids of the calls that were made
    for this answer before.
    """

    message_id: str
    question_id: str
    conversation_id: str
    said: list[ChatMessage]
    model: str
    manner: Manner
    instructions: str | None
    user: User
    so_far: str = ""
    earlier_calls: tuple[str, ...] = ()


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
    refuse_while_writing(session, conversation.id, process_id)
    asked = _question(session, conversation, question, conversation.leaf_id, attachments)
    answer = _answer(session, asked)
    conversation.title = conversation.title or title_from(question)
    conversation.model = model
    conversation.persona = persona if prompt_of(session, account_id, persona) else conversation.persona
    return _begun(session, conversation, answer, model, process_id)


def begin_again(
    session: Session,
    account_id: str,
    message_id: str,
    *,
    model: str,
    process_id: str,
    question: str | None = None,
    goes_on: bool = False,
    is_cut: bool = False,
) -> Turn:
    """Have another answer to a question, or to this question in its place; or go on where the answer broke off.

    The message is the answer or its question. What is there stays, as another version, unless nothing is in it.
    `is_cut` says that it broke off at its greatest length. Raises NotFound for a message that is not this account's,
    Conflict while an answer is being written, and Invalid when there is nothing to go on from.
    """
    conversation_id = owned_message(session, account_id, message_id).conversation_id
    conversation = owned(session, account_id, conversation_id, lock=True)
    refuse_while_writing(session, conversation.id, process_id)
    row = owned_message(session, account_id, message_id)
    session.refresh(row)
    if goes_on:
        _refuse_to_go_on(session, row, is_cut)
    if question is not None:
        row = _asked_otherwise(session, conversation, row, question)
    if row.role == "user":
        answer = _answer(session, row)
    elif goes_on or (not row.content and not has_followers(session, row.id)):
        answer = row
    else:
        answer = _answer(session, session.get_one(Message, row.parent_id))
    return _begun(session, conversation, answer, model, process_id)


def look_at(session: Session, account_id: str, message_id: str, process_id: str) -> str:
    """Look at a conversation along the newest path over this message; gives the conversation's id.

    Raises NotFound, and Conflict while an answer is being written there.
    """
    row = owned_message(session, account_id, message_id)
    conversation = owned(session, account_id, row.conversation_id, lock=True)
    refuse_while_writing(session, conversation.id, process_id)
    conversation.leaf_id = newest_end(session, row.id)
    return conversation.id


def owned_message(session: Session, account_id: str, message_id: str, conversation_id: str | None = None) -> Message:
    """The live row. Raises NotFound when it is in nobody's or another account's conversation, or not in this one."""
    if not is_storable(message_id):
        raise NotFound
    query = select(Message).join(Conversation).where(Message.id == message_id, Conversation.account_id == account_id)
    row = session.exec(query.where(col(Conversation.discarded_at).is_(None))).one_or_none()
    if row is None or conversation_id not in (None, row.conversation_id):
        raise NotFound
    return row


def is_cut(session: Session, message_id: str) -> bool:
    """Whether the call that wrote this answer broke off at its greatest length."""
    call = select(AiEvent.status).join(Message, col(Message.tracking_id) == col(AiEvent.tracking_id))
    return session.exec(call.where(col(Message.id) == message_id)).first() == Status.MAX_TOKENS


def model_to_retry(session: Session, account_id: str, message_id: str) -> str | None:
    """Which model was asked for this answer. Raises NotFound, and Conflict while it is being written."""
    row = owned_message(session, account_id, message_id)
    if row.status is MessageStatus.STREAMING:
        raise Conflict(_STILL_WRITING)
    return row.model or session.get_one(Conversation, row.conversation_id).model


def refuse_while_writing(session: Session, conversation_id: str, process_id: str) -> None:
    """Raise Conflict when an answer is being written there. `process_id` is us, alive."""
    if left := abandoned(session, process_id, conversation_id):
        interrupt(session, left)
    writing = select(Message.id).where(Message.conversation_id == conversation_id, col(Message.process_id).is_not(None))
    if session.exec(writing).first() is not None:
        raise Conflict(_STILL_WRITING)


def _refuse_to_go_on(session: Session, row: Message, is_cut: bool) -> None:
    if not (is_cut or row.status in _UNFINISHED) or not row.content:
        raise Invalid("Only an answer that broke off can be continued")
    if has_followers(session, row.id):
        raise Invalid("Only the last answer can be continued")


def _asked_otherwise(session: Session, conversation: Conversation, row: Message, question: str) -> Message:
    before = row if row.role == "user" else session.get_one(Message, row.parent_id)
    if before.parent_id is None and conversation.title == title_from(before.content):
        conversation.title = title_from(question)
    return _question(session, conversation, question, before.parent_id, before.attachment_ids)


def _question(
    session: Session, conversation: Conversation, text: str, parent_id: str | None, attachments: Sequence[str]
) -> Message:
    position = _next_position(session, conversation.id)
    asked = Message(conversation_id=conversation.id, parent_id=parent_id, position=position, role="user", content=text)
    asked.attachment_ids = list(attachments)
    session.add(asked)
    session.flush()
    return asked


def _answer(session: Session, asked: Message) -> Message:
    position = _next_position(session, asked.conversation_id)
    answer = Message(conversation_id=asked.conversation_id, parent_id=asked.id, position=position, role="assistant")
    session.add(answer)
    return answer


def _next_position(session: Session, conversation_id: str) -> int:
    highest = func.coalesce(func.max(Message.position), -1)
    return session.exec(select(highest).where(Message.conversation_id == conversation_id)).one() + 1


def _begun(session: Session, conversation: Conversation, answer: Message, model: str, process_id: str) -> Turn:
    if answer.tracking_id:
        answer.earlier_calls = [*answer.earlier_calls, answer.tracking_id]
    answer.error, answer.tracking_id = None, None
    answer.status, answer.model, answer.process_id = MessageStatus.STREAMING, model, process_id
    conversation.updated_at, conversation.archived_at, conversation.leaf_id = now(), None, answer.id
    session.flush()
    account = session.get_one(Account, conversation.account_id)
    return Turn(
        message_id=answer.id,
        question_id=answer.parent_id or "",
        conversation_id=conversation.id,
        said=_said(session, answer),
        model=model,
        manner=manner_of(conversation),
        instructions=prompt_of(session, account.id, conversation.persona),
        user=User(account.id, name=account.name or None, email=account.email),
        so_far=answer.content,
        earlier_calls=tuple(answer.earlier_calls),
    )


def _said(session: Session, answer: Message) -> list[ChatMessage]:
    said = told(session, session.exec(turns_to(answer.parent_id)).all())
    if answer.content:
        said += [ChatMessage("assistant", answer.content), ChatMessage("user", _GO_ON)]
    return said
