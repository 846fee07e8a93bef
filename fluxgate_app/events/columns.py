"""The columns of a recorded call as the outside names them: one definition for JSON, URL and query."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum, auto
from math import isfinite
from typing import Any, get_args

from pydantic.alias_generators import to_camel
from sqlalchemy import Column

from fluxgate_app.errors import Invalid
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.tables import EVENTS
from fluxgate_app.tracking.record import CostSource, Kind, Origin, Status

_LONGEST = 300
_LARGEST = 2**63 - 1


class Values(Enum):
    """What a column holds, and so how a value of it is written."""

    TEXT = auto()
    COUNT = auto()
    DURATION = auto()
    MONEY = auto()
    TIME = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class EventColumn:
    """One column: its attribute on `EventRow`, what it holds, and the words it is limited to, if it is."""

    attribute: str
    values: Values = Values.TEXT
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What JSON and filters call it (spec section 6)."""
        return to_camel(self.attribute)

    @property
    def column(self) -> Column[Any]:
        """The column in the database."""
        return EVENTS.c[self.attribute]

    def read(self, text: str) -> Any:
        """A value of this column, as written in a URL. Raises Invalid, naming what is allowed."""
        if self.words:
            return self._word(text)
        try:
            return _READERS[self.values](text)
        except (ValueError, InvalidOperation, OverflowError):
            raise Invalid(f"{self.name} must be {_ALLOWED[self.values]}") from None

    def _word(self, text: str) -> str:
        if text not in self.words:
            raise Invalid(f"{self.name} must be one of {', '.join(self.words)}")
        return text


COLUMNS = {
    column.name: column
    for column in (
        EventColumn("tracking_id"),
        EventColumn("created_at", Values.TIME),
        EventColumn("account"),
        EventColumn("api_key"),
        EventColumn("origin", words=get_args(Origin)),
        EventColumn("provider"),
        EventColumn("endpoint_host"),
        EventColumn("model"),
        EventColumn("model_used"),
        EventColumn("kind", words=get_args(Kind)),
        EventColumn("feature"),
        EventColumn("step"),
        EventColumn("user"),
        EventColumn("session_id"),
        EventColumn("conversation_id"),
        EventColumn("status", words=tuple(Status)),
        EventColumn("finish_reason"),
        EventColumn("error_type"),
        EventColumn("error_message"),
        EventColumn("is_streamed", Values.FLAG),
        EventColumn("latency_in_ms", Values.DURATION),
        EventColumn("streaming_duration_in_ms", Values.DURATION),
        EventColumn("input_tokens", Values.COUNT),
        EventColumn("output_tokens", Values.COUNT),
        EventColumn("cached_tokens", Values.COUNT),
        EventColumn("cache_write_tokens", Values.COUNT),
        EventColumn("cache_write_1h_tokens", Values.COUNT),
        EventColumn("reasoning_tokens", Values.COUNT),
        EventColumn("audio_tokens", Values.COUNT),
        EventColumn("cost", Values.MONEY),
        EventColumn("cost_source", words=tuple(CostSource)),
        EventColumn("price_version"),
        EventColumn("attempt", Values.COUNT),
    )
}


def as_json(event: EventRow) -> dict[str, Any]:
    """The event under its names in JSON; times and money are left for the encoder."""
    return {name: getattr(event, column.attribute) for name, column in COLUMNS.items()}


def read_time(text: str) -> datetime:
    """A moment in ISO 8601; one without a zone is UTC. Raises ValueError or OverflowError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def read_text(text: str) -> str:
    """A text to compare with. Raises ValueError when no column could hold it."""
    if "\0" in text or len(text) > _LONGEST:
        raise ValueError
    return text


def _read_count(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError
    return number


def _read_duration(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError
    return number


def _read_money(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount) > 9_000_000:
        raise ValueError
    return amount


def _read_flag(text: str) -> bool:
    return ("false", "true").index(text) == 1


_READERS = {
    Values.TEXT: read_text,
    Values.COUNT: _read_count,
    Values.DURATION: _read_duration,
    Values.MONEY: _read_money,
    Values.TIME: read_time,
    Values.FLAG: _read_flag,
}
_ALLOWED = {
    Values.TEXT: f"a text of at most {_LONGEST} characters",
    Values.COUNT: "a whole number",
    Values.DURATION: "a number of milliseconds",
    Values.MONEY: "an amount in USD such as 0.0025",
    Values.TIME: "a time such as 2026-03-01T12:00:00Z",
    Values.FLAG: "true or false",
}
