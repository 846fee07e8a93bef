"""Files that go with questions."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table


class Attachment(Table, table=True):
    """A text or a picture of one account. Until it was sent with a question it belongs to no conversation."""

    id: str = Field(default_factory=lambda: new_id("att"), primary_key=True)
    account_id: str = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversation.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
