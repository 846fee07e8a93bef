"""Prices that admins set."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Field

from fluxgate_app.models.columns import Money, UtcTime, now
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table


class PriceOverride(Table, table=True):
    """USD per million tokens, for a provider ("*" for any) and its models by a pattern such as `gpt-4o*`.

    It counts for calls from `since` on. A part without a price (None) costs what the whole does that it belongs to.
    `source` says where the price is from, `made_by` is the admin's account, None for the command.
    """

    id: str = Field(default_factory=lambda: new_id("price"), primary_key=True)
    provider: str = Field(max_length=100)
    model: str = Field(max_length=200)
    since: datetime = Field(sa_type=UtcTime)
    input: Decimal | None = Field(default=None, sa_type=Money)
    output: Decimal | None = Field(default=None, sa_type=Money)
    cache_read: Decimal | None = Field(default=None, sa_type=Money)
    cache_write: Decimal | None = Field(default=None, sa_type=Money)
    reasoning: Decimal | None = Field(default=None, sa_type=Money)
    source: str = Field(default="", max_length=500)
    made_by: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
