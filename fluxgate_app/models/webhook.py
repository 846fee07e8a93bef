"""What webhooks have delivered, so that a second delivery of the same gets the same answer."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.table import Table


class WebhookDelivery(Table, table=True):
    """A signed delivery that is being answered, or has been: its route, its id and the SHA-256 of its body.

    `answer` is the JSON that was answered, None until then; `process_id` is the process that works on it (see
    ProcessLease): when that is gone first, the delivery is free again. One that failed has no row.
    """

    route: str = Field(primary_key=True, max_length=100)
    delivery_id: str = Field(primary_key=True, max_length=200)
    body_hash: str = Field(primary_key=True, max_length=64)
    process_id: str = Field(max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime, index=True)
    answer: str | None = Field(default=None, sa_column=Column(Text))
    tracking_id: str | None = Field(default=None, max_length=64)
