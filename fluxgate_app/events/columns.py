"""The columns of a recorded call as the outside names them: one definition for JSON, URL, API and query."""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, get_args

from sqlalchemy import ColumnElement

from fluxgate_app.errors import Invalid
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.exact_json import json_name
from fluxgate_app.events.feedback import RATING, RATINGS
from fluxgate_app.events.tables import EVENTS
from fluxgate_app.events.values import Values
from fluxgate_app.tracking.record import CostSource, Kind, Origin, Status


@dataclass(frozen=True, slots=True)
class EventColumn:
    """One column: its attribute on `EventRow`, what it holds, and the words it is limited to, if it is.

    What is known `beside` the row is no attribute of it, only something to filter by.
    """

    attribute: str
    values: Values = Values.TEXT
    words: tuple[str, ...] = ()
    beside: ColumnElement[Any] | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What JSON and filters call it (spec section 6)."""
        return json_name(self.attribute)

    @property
    def title(self) -> str:
        """What it is called in a sentence."""
        return self.attribute.removeprefix("is_").removesuffix("_in_ms").replace("_", " ")

    @property
    def column(self) -> ColumnElement[Any]:
        """The column in the database."""
        return EVENTS.c[self.attribute] if self.beside is None else self.beside

    @property
    def may_be_empty(self) -> bool:
        """Whether a call may have none."""
        return self.beside is not None or bool(EVENTS.c[self.attribute].nullable)

    @property
    def schema(self) -> dict[str, Any]:
        """The OpenAPI schema of a value."""
        return self.values.schema | ({"enum": list(self.words)} if self.words else {})

    def read(self, text: str, zone: tzinfo = UTC) -> Any:
        """A value of this column, as written in a URL. Raises Invalid, naming what is allowed."""
        if self.words and text not in self.words:
            raise Invalid(f"{self.name} must be one of {', '.join(self.words)}")
        return self.values.read(self.name, text, zone)


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
        EventColumn("tokens_estimated", Values.FLAG),
        EventColumn("cost", Values.MONEY),
        EventColumn("cost_source", words=tuple(CostSource)),
        EventColumn("price_version"),
        EventColumn("attempt", Values.COUNT),
    )
}
# All that can be filtered by.
FILTERED = COLUMNS | {"rating": EventColumn("rating", words=RATINGS, beside=RATING)}


def as_json(event: EventRow) -> dict[str, Any]:
    """The event under its names in JSON; times and money are left for the encoder."""
    return {name: getattr(event, column.attribute) for name, column in COLUMNS.items()}
