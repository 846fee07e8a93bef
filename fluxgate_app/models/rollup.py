"""Sums of the recorded calls, kept in the transaction that stores them, so that figures add up to the rows.

A rollup's row counts the calls of `minutes` from `start` on, in UTC: the same calls are in the rows of short spans, of
which any period is made up, and in those of long ones, which are few.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

from fluxgate_app.models.columns import Money, UtcTime
from fluxgate_app.models.table import Table


class Measures(Table):
    """What is summed. The three histograms are bytes that are merged by joining them (`events.histogram`)."""

    requests: int = Field(default=0, sa_type=BigInteger)
    errors: int = Field(default=0, sa_type=BigInteger)
    unpriced: int = Field(default=0, sa_type=BigInteger)
    cost: Decimal = Field(default=Decimal(0), sa_type=Money)
    input_tokens: int = Field(default=0, sa_type=BigInteger)
    output_tokens: int = Field(default=0, sa_type=BigInteger)
    cached_tokens: int = Field(default=0, sa_type=BigInteger)
    cache_write_tokens: int = Field(default=0, sa_type=BigInteger)
    reasoning_tokens: int = Field(default=0, sa_type=BigInteger)
    audio_tokens: int = Field(default=0, sa_type=BigInteger)
    latency: bytes = Field(default=b"", sa_type=LargeBinary)
    duration: bytes = Field(default=b"", sa_type=LargeBinary)
    tokens_per_second: bytes = Field(default=b"", sa_type=LargeBinary)


class KindRollup(Measures, table=True):
    """A span of one account's calls of one kind: provider, model, feature, step, status, origin (absent is '')."""

    minutes: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    start: datetime = Field(sa_type=UtcTime, primary_key=True)
    account: str = Field(primary_key=True, max_length=64)
    provider: str = Field(primary_key=True, max_length=100)
    model: str = Field(primary_key=True, max_length=200)
    feature: str = Field(primary_key=True, max_length=200)
    step: str = Field(primary_key=True, max_length=200)
    status: str = Field(primary_key=True, max_length=20)
    origin: str = Field(primary_key=True, max_length=10)


class AccountRollup(Measures, table=True):
    """A span of one account ('' for calls that belong to none)."""

    minutes: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    start: datetime = Field(sa_type=UtcTime, primary_key=True)
    account: str = Field(primary_key=True, max_length=64)
    origin: str = Field(primary_key=True, max_length=10)


class UserRollup(Measures, table=True):
    """A span of one end user of one account ('' for calls attributed to nobody)."""

    minutes: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    start: datetime = Field(sa_type=UtcTime, primary_key=True)
    account: str = Field(primary_key=True, max_length=64)
    user: str = Field(primary_key=True, max_length=200)
    origin: str = Field(primary_key=True, max_length=10)


class EventCounter(Measures, table=True):
    """All calls of one kind that were ever recorded. It only grows: what is replaced or deleted stays counted."""

    provider: str = Field(primary_key=True, max_length=100)
    model: str = Field(primary_key=True, max_length=200)
    feature: str = Field(primary_key=True, max_length=200)
    status: str = Field(primary_key=True, max_length=20)
    origin: str = Field(primary_key=True, max_length=10)
