"""What admins want to hear of, what they have heard, and what is on its way to their webhook."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Column, Index, text
from sqlmodel import Field

from fluxgate_app.models.columns import Money, UtcTime, now, words
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table

_ON_ITS_WAY = text("due_at IS NOT NULL")


class AlertKind(StrEnum):
    """What an alert tells of. Budgets need no rule: each is told of at 80 % and when it is used up."""

    BUDGET = "budget"
    SPEND = "spend"
    ERROR_RATE = "errorRate"
    LATENCY = "latency"
    DURATION = "duration"
    UNPRICED = "unpriced"


class AlertRule(Table, table=True):
    """Tell when a figure of the last `window_minutes` is above `threshold`.

    That is in USD for spend, percent for an error rate, milliseconds for the p95 of a latency or duration, and how many
    calls of one model for unpriced ones.
    """

    id: str = Field(default_factory=lambda: new_id("rule"), primary_key=True)
    kind: AlertKind = Field(sa_column=Column(words(AlertKind), nullable=False))
    threshold: Decimal = Field(sa_type=Money)
    window_minutes: int
    made_by: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)


class Alert(Table, table=True):
    """One thing that was told. `occasion` says of what and when, so that nobody hears of the same twice."""

    id: str = Field(default_factory=lambda: new_id("alert"), primary_key=True)
    occasion: str = Field(unique=True, max_length=400)
    kind: AlertKind = Field(sa_column=Column(words(AlertKind), nullable=False))
    message: str = Field(max_length=500)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime, index=True)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcTime)
    acknowledged_by: str | None = Field(default=None, max_length=64)


class AlertDelivery(Table, table=True):
    """An alert on its way to the webhook: tried again at `due_at`, None when it was delivered or given up."""

    __table_args__ = (Index("ix_alert_delivery_due", "due_at", sqlite_where=_ON_ITS_WAY, postgresql_where=_ON_ITS_WAY),)

    alert_id: str = Field(primary_key=True)
    attempts: int = 0
    due_at: datetime | None = Field(sa_type=UtcTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    error: str | None = Field(default=None, max_length=200)
