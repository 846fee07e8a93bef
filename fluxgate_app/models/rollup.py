"""Hourly sums of the recorded calls, kept in the transaction that stores them, so that figures add up to the rows."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Column, LargeBinary
from sqlmodel import Field

from fluxgate_app.models.columns import Money, UtcTime
from fluxgate_app.models.table import Table


class Measures(Table):
    """What is summed. The three histograms are mergeable bytes (`events.histogram`), empty for none."""

    requests: int = Field(default=0, sa_type=BigInteger)
    errors: int = Field(default=0, sa_type=BigInteger)
    unpriced: int = Field(default=0, sa_type=BigInteger)
    cost: Decimal = Field(default=Decimal(0), sa_type=Money)
    input_tokens: int = Field(default=0, sa_type=BigInteger)
    output_tokens: int = Field(default=0, sa_type=BigInteger)
    cached_tokens: int = Field(default=0, sa_type=BigInteger)
    cache_write_tokens: int = Field(default=0, sa_type=BigInteger)
    reasoning_tokens: int = Field(default=0, sa_type=BigInteger)


class HourlyRollup(Measures, table=True):
    """An hour of one kind of call: provider, model, feature, step, status, origin (absent is '')."""

    hour: datetime = Field(sa_type=UtcTime, primary_key=True)
    provider: str = Field(primary_key=True, max_length=100)
    model: str = Field(primary_key=True, max_length=200)
    feature: str = Field(primary_key=True, max_length=200)
    step: str = Field(primary_key=True, max_length=200)
    status: str = Field(primary_key=True, max_length=20)
    origin: str = Field(primary_key=True, max_length=10)
    latency: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    duration: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    tokens_per_second: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


class HourlyAccountRollup(Measures, table=True):
    """An hour of one account ('' for calls that belong to none)."""

    hour: datetime = Field(sa_type=UtcTime, primary_key=True)
    account: str = Field(primary_key=True, max_length=64)
    origin: str = Field(primary_key=True, max_length=10)


class HourlyUserRollup(Measures, table=True):
    """An hour of one end user ('' for calls attributed to nobody)."""

    hour: datetime = Field(sa_type=UtcTime, primary_key=True)
    user: str = Field(primary_key=True, max_length=200)
    origin: str = Field(primary_key=True, max_length=10)
