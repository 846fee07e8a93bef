"""What columns hold: how a value is read from a URL, written into one, and said to a reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from enum import Enum
from math import isfinite
from typing import Any

from fluxgate_app.errors import Invalid

LONGEST = 300
_LARGEST = 2**63 - 1


def read_time(text: str, zone: tzinfo = UTC) -> datetime:
    """A moment in ISO 8601; one without an offset is of this zone. Raises ValueError or OverflowError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def read_text(text: str, _zone: tzinfo = UTC) -> str:
    """A text to compare with. Raises ValueError when no column could hold it."""
    if "\0" in text or len(text) > LONGEST:
        raise ValueError
    return text


def read_flag(text: str, _zone: tzinfo = UTC) -> bool:
    """`true` or `false`. Raises ValueError for anything else."""
    return ("false", "true").index(text) == 1


def _read_count(text: str, _zone: tzinfo) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError
    return number


def _read_duration(text: str, _zone: tzinfo) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError
    return number


def _read_money(text: str, _zone: tzinfo) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount) > 9_000_000:
        raise ValueError
    return amount


def _write_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _write_flag(flag: bool) -> str:
    return str(flag).lower()


def _write_number(number: float) -> str:
    return repr(number).removesuffix(".0")


def _write_money(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


@dataclass(frozen=True, slots=True)
class _Form:
    """How values of one kind look: what is allowed, in words, and the OpenAPI schema of one."""

    read: Callable[[str, tzinfo], Any]
    write: Callable[[Any], str]
    say: Callable[[Any], str]
    allowed: str
    schema: dict[str, Any]


class Values(Enum):
    """What a column holds, and so how a value of it is written."""

    TEXT = _Form(read_text, str, str, f"a text of at most {LONGEST} characters", {"type": "string"})
    COUNT = _Form(_read_count, str, "{:,}".format, "a whole number", {"type": "integer"})
    DURATION = _Form(
        _read_duration,
        _write_number,
        lambda duration: f"{_write_number(duration)} ms",
        "a number of milliseconds",
        {"type": "number"},
    )
    MONEY = _Form(
        _read_money,
        _write_money,
        lambda amount: f"${_write_money(amount)}",
        "an amount in USD such as 0.0025",
        {"type": "number"},
    )
    TIME = _Form(
        read_time,
        _write_time,
        lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S %Z"),
        "a time such as 2026-03-01T12:00:00Z",
        {"type": "string"},
    )
    FLAG = _Form(read_flag, _write_flag, _write_flag, "true or false", {"type": "boolean"})

    def read(self, name: str, text: str, zone: tzinfo = UTC) -> Any:
        """The value that the text says. Raises Invalid, which names what is allowed for `name`."""
        try:
            return self.value.read(text, zone)
        except (ValueError, InvalidOperation, OverflowError):
            raise Invalid(f"{name} must be {self.value.allowed}") from None

    def write(self, value: Any) -> str:
        """The value as `read` takes it, exactly."""
        return self.value.write(value)

    def say(self, value: Any) -> str:
        """The value for a reader, with its unit."""
        return self.value.say(value)

    @property
    def schema(self) -> dict[str, Any]:
        """The OpenAPI schema of a value."""
        return self.value.schema
