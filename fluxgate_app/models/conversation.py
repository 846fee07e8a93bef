"""The chat's own tables: conversations and their messages."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, Text, text, true
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now, words
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table

_WRITTEN_NOW = text("process_id IS NOT NULL")
_DISCARDED = text("discarded_at IS NOT NULL")


class MessageStatus(StrEnum):
    """How far an answer is. A question is always `done`."""

    STREAMING = "streaming"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Conversation(Table, table=True):
    """A stored chat of one account.

    One that was discarded is deleted a moment later, unless its owner wants it back; until then nobody finds it.
    `is_streamed` says whether its answers come as they are written, or whole. `leaf_id` is the message at which the
    path ends that is looked at, None in an empty one.
    """

    __table_args__ = (
        Index("ix_conversation_account_updated", "account_id", "updated_at", "id"),
        Index("ix_conversation_discarded", "discarded_at", sqlite_where=_DISCARDED, postgresql_where=_DISCARDED),
    )

    id: str = Field(default_factory=lambda: new_id("conv"), primary_key=True)
    account_id: str = Field(foreign_key="account.id", ondelete="CASCADE")
    title: str = Field(default="", max_length=200)
    model: str | None = Field(default=None, max_length=200)
    persona: str | None = Field(default=None, max_length=100)
    temperature: float | None = None
    max_tokens: int | None = None
    is_streamed: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    leaf_id: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    pinned_at: datetime | None = Field(default=None, sa_type=UtcTime)
    archived_at: datetime | None = Field(default=None, sa_type=UtcTime)
    discarded_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Message(Table, table=True):
    """One turn. An answer's row is saved empty before the provider is called and filled as it is written.

    It follows `parent_id`, None for a first question; what follows the same message is another version of it. No
    message has a `position` before its parent's. No foreign key, as a database follows those only so deep.
    `tracking_id` names the last of the calls that wrote it, `earlier_calls` those before.
    `process_id` is the process that writes it (see ProcessLease), None once it is written: when that process is gone,
    so is the rest of the answer.
    """

    __table_args__ = (
        Index("ix_message_conversation_position", "conversation_id", "position", unique=True),
        Index("ix_message_being_written", "process_id", sqlite_where=_WRITTEN_NOW, postgresql_where=_WRITTEN_NOW),
    )

    id: str = Field(default_factory=lambda: new_id("msg"), primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", ondelete="CASCADE")
    parent_id: str | None = Field(default=None, max_length=64, index=True)
    position: int
    role: str = Field(max_length=20)
    content: str = Field(default="", sa_column=Column(Text, nullable=False))
    status: MessageStatus = Field(default=MessageStatus.DONE, sa_column=Column(words(MessageStatus), nullable=False))
    error: str | None = Field(default=None, max_length=300)
    model: str | None = Field(default=None, max_length=200)
    tracking_id: str | None = Field(default=None, max_length=64, index=True)
    attachment_ids: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))
    earlier_calls: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))
    process_id: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
