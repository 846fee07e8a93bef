"""Conversations that are shown to whoever has a link."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table


class Share(Table, table=True):
    """A conversation as it was when its link was made. Of the link only the SHA-256 of its token is kept.

    `turns` are `[role, text, ids of its attachments]`, old ones without the last. A share that is withdrawn is deleted.
    """

    id: str = Field(default_factory=lambda: new_id("shr"), primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    title: str = Field(max_length=200)
    turns: list[list[Any]] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
