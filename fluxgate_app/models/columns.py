"""Column types that mean the same on SQLite and PostgreSQL: exact money, aware UTC times."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Numeric
from sqlalchemy.types import TypeDecorator, TypeEngine

_PICO = Decimal(10) ** 12
_SMALLEST = Decimal(1) / _PICO


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def words(kind: type[StrEnum]) -> Enum:
    """A column of one of these words, stored as text, so that a new word needs no migration."""
    return Enum(kind, native_enum=False, create_constraint=False, length=20, values_callable=_values)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def to_money(amount: Decimal) -> Decimal:
    """The amount as it is stored: USD with twelve decimals, enough for one token at $0.000001 per million."""
    return amount.quantize(_SMALLEST, rounding=ROUND_HALF_EVEN)


class Money(TypeDecorator[Decimal]):
    """USD as Decimal with twelve decimals: NUMERIC on PostgreSQL, a whole number of picodollars on SQLite.

    SQLite has no exact decimals, and a 64-bit integer of picodollars holds up to $9.2 million a value or sum.
    """

    impl = Numeric(28, 12)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = BigInteger() if dialect.name == "sqlite" else Numeric(28, 12)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None:
            return None
        return int(to_money(value) * _PICO) if dialect.name == "sqlite" else to_money(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value) / _PICO if dialect.name == "sqlite" else value


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time. Raises ValueError for a naive one: it would mean different moments on different machines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
