"""Named system prompts."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table


class Persona(Table, table=True):
    """Who the model is asked to be: a person's own, or for all when `account_id` is None."""

    id: str = Field(default_factory=lambda: new_id("per"), primary_key=True)
    account_id: str | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=100)
    prompt: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
