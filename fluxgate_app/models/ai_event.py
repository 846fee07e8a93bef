"""A recorded call, the texts kept with it, and the calls that are still open."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Text, column, false
from sqlmodel import Field

from fluxgate_app.models.columns import Money, UtcTime, now
from fluxgate_app.models.table import Table

_Id = BigInteger().with_variant(Integer, "sqlite")


def _index_of_given(name: str) -> Index:
    """An index that costs nothing where the column is empty."""
    given = column(name).is_not(None)
    return Index(f"ix_ai_event_{name}", name, "created_at", sqlite_where=given, postgresql_where=given)


class AiEvent(Table, table=True):
    """One call to a provider, as spec section 6 names its fields. `id` is the order in which rows were stored.

    `latency_in_ms` is the request's start to its first content token (the whole call when not streamed),
    `streaming_duration_in_ms` its start to the end of the stream. Token totals include their parts; some of them are
    estimated where `tokens_estimated` says so.
    """

    __table_args__ = (
        Index("ix_ai_event_created", "created_at", "tracking_id"),
        Index("ix_ai_event_account", "account", "created_at", "tracking_id"),
        # One column is compared, and what matches read in the order of time (`events.search`).
        Index("ix_ai_event_conversation_id", "conversation_id", "created_at"),
        *(Index(f"ix_ai_event_{name}", name, "created_at") for name in ("provider", "model", "status")),
        *(_index_of_given(name) for name in ("feature", "user", "session_id", "api_key", "error_type")),
        # Without it SQLite gives a replaced row its old id again, and a page that asks for newer ids misses it.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Id, primary_key=True, autoincrement=True))
    tracking_id: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UtcTime)
    account: str | None = Field(default=None, max_length=64)
    api_key: str | None = Field(default=None, max_length=64)
    origin: str = Field(max_length=10)
    provider: str = Field(max_length=100)
    endpoint_host: str | None = Field(default=None, max_length=255)
    model: str = Field(max_length=200)
    model_used: str | None = Field(default=None, max_length=200)
    kind: str = Field(max_length=20)
    feature: str | None = Field(default=None, max_length=200)
    step: str | None = Field(default=None, max_length=200)
    user: str | None = Field(default=None, max_length=200)
    session_id: str | None = Field(default=None, max_length=200)
    conversation_id: str | None = Field(default=None, max_length=200)
    status: str = Field(max_length=20)
    finish_reason: str | None = Field(default=None, max_length=100)
    error_type: str | None = Field(default=None, max_length=100)
    error_message: str | None = Field(default=None, max_length=300)
    is_streamed: bool = False
    latency_in_ms: float | None = None
    streaming_duration_in_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    reasoning_tokens: int | None = None
    audio_tokens: int | None = None
    tokens_estimated: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    cost: Decimal | None = Field(default=None, sa_type=Money)
    cost_source: str = Field(max_length=10)
    price_version: str | None = Field(default=None, max_length=50)
    attempt: int = 1
    raw_usage: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    event_metadata: dict[str, Any] | None = Field(default=None, sa_column=Column("metadata", JSON))


class AiEventContent(Table, table=True):
    """The prompt and answer of a call, where `FLUXGATE_CONTENT_LOGGING` keeps them; aged on its own."""

    tracking_id: str = Field(primary_key=True, max_length=64)
    conversation_id: str | None = Field(default=None, max_length=200, index=True)
    prompt: str | None = Field(default=None, sa_column=Column(Text))
    answer: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime, index=True)


class EndUser(Table, table=True):
    """Whom an account attributed calls to: the `User` of the tracked clients, newest description wins.

    Two accounts that use the same id mean two people; `account` is '' for calls that belong to none.
    """

    account: str = Field(primary_key=True, max_length=64)
    id: str = Field(primary_key=True, max_length=200)
    name: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=320)
    image: str | None = Field(default=None, max_length=2000)
    monthly_revenue: Decimal | None = Field(default=None, sa_type=Money)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcTime)


class OpenCall(Table, table=True):
    """A call that has started and not ended: what is needed to record it, should its process die."""

    tracking_id: str = Field(primary_key=True, max_length=64)
    process_id: str = Field(index=True, max_length=64)
    started: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class ProcessLease(Table, table=True):
    """A process that may have open calls; renewed by its heartbeat, run out when it is gone.

    `position` is how many bytes of its journal are stored, moved in the transaction that stores them.
    """

    process_id: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(sa_type=UtcTime, index=True)
    position: int = Field(default=0, sa_type=BigInteger)
