"""What was answered to events that other programs sent."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.table import Table


class IngestReceipt(Table, table=True):
    """The first answer to an account's key, for whoever sends the same again; `body_hash` tells whether it is the same.

    `key` begins with `request ` for an `Idempotency-Key`, with `event ` for an event's own id, and with `around ` for
    a span that only wraps a call that was sent.
    """

    account: str = Field(primary_key=True, max_length=64)
    key: str = Field(primary_key=True, max_length=210)
    body_hash: str = Field(max_length=64)
    answer: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime, index=True)
