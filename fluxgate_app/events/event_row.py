"""One row of recorded calls, apart from the database: what queries give and what is stored."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Row

from fluxgate_app.events.call import Call
from fluxgate_app.events.tables import EVENTS, fitted
from fluxgate_app.models.columns import to_money
from fluxgate_app.tracking.record import Status


@dataclass(frozen=True, slots=True)
class EventRow:
    """A recorded call with the columns of spec section 6. Times are aware UTC, durations ms, cost USD, None unknown.

    `row_id` grows in the order in which rows were stored, 0 for one that is not stored yet.
    """

    row_id: int
    tracking_id: str
    created_at: datetime
    account: str | None
    api_key: str | None
    origin: str
    provider: str
    endpoint_host: str | None
    model: str
    model_used: str | None
    kind: str
    feature: str | None
    step: str | None
    user: str | None
    session_id: str | None
    conversation_id: str | None
    status: str
    finish_reason: str | None
    error_type: str | None
    error_message: str | None
    is_streamed: bool
    latency_in_ms: float | None
    streaming_duration_in_ms: float | None
    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None
    cache_write_tokens: int | None
    cache_write_1h_tokens: int | None
    reasoning_tokens: int | None
    audio_tokens: int | None
    tokens_estimated: bool
    cost: Decimal | None
    cost_source: str
    price_version: str | None
    attempt: int

    @property
    def duration_in_ms(self) -> float | None:
        """The whole call, streamed or not."""
        return self.streaming_duration_in_ms if self.is_streamed else self.latency_in_ms

    @property
    def tokens_per_second(self) -> float | None:
        """Output tokens a second from the first to the last of a stream; None where that cannot be known."""
        return speed(self.output_tokens, self.latency_in_ms, self.streaming_duration_in_ms)

    @property
    def failed(self) -> bool:
        """It broke. Stopped by the caller, cut at the token limit or refused for its content is not that."""
        return self.status in FAILURES


FAILURES = {Status.ERROR, Status.RATE_LIMITED, Status.TIMEOUT, Status.MALFORMED_REQUEST, Status.INTERRUPTED}
_LENGTHS: dict[str, int | None] = {column.name: getattr(column.type, "length", None) for column in EVENTS.columns}
_LARGEST_COUNT = 2**31 - 1

STORED = tuple(field.name for field in fields(EventRow))[1:]
ROW_COLUMNS = (EVENTS.c.id, *(EVENTS.c[name] for name in STORED))
stored_values = attrgetter(*STORED)


def speed(output_tokens: int | None, latency_in_ms: float | None, streaming_ms: float | None) -> float | None:
    """Output tokens a second from the first to the last of a stream; None where that cannot be known."""
    if not output_tokens or latency_in_ms is None or streaming_ms is None:
        return None
    writing = streaming_ms - latency_in_ms
    return output_tokens * 1000 / writing if writing > 0 else None


def from_database(row: Row[Any] | tuple[Any, ...]) -> EventRow:
    """The row that a query for `ROW_COLUMNS` gave."""
    return EventRow(*row)


def from_call(call: Call) -> EventRow:
    """The row of an ended call, not stored yet. Raises ValueError for one that is still open.

    What neither database could hold is made to fit: a longer text is cut, a NUL in it left out.
    """
    start, end = call.start, call.end
    if end is None:
        raise ValueError(f"{start.tracking_id} has not ended")
    context, usage = start.context, end.usage
    return EventRow(
        row_id=0,
        tracking_id=start.tracking_id,
        created_at=start.created_at.astimezone(UTC),
        account=start.owner.account,
        api_key=start.owner.api_key,
        origin=start.origin,
        provider=_text("provider", start.provider) or "",
        endpoint_host=_text("endpoint_host", start.endpoint_host),
        model=_text("model", start.model) or "",
        model_used=_text("model_used", end.model_used),
        kind=start.kind,
        feature=_text("feature", context.feature),
        step=_text("step", context.step),
        user=_text("user", context.user.id) if context.user else None,
        session_id=_text("session_id", context.session_id),
        conversation_id=_text("conversation_id", context.conversation_id),
        status=end.status.value,
        finish_reason=_text("finish_reason", end.finish_reason),
        error_type=_text("error_type", end.error_type),
        error_message=_text("error_message", end.error_message),
        is_streamed=start.is_streamed,
        latency_in_ms=end.latency_in_ms,
        streaming_duration_in_ms=end.streaming_duration_in_ms,
        input_tokens=_count(usage.input_tokens),
        output_tokens=_count(usage.output_tokens),
        cached_tokens=_count(usage.cached_tokens),
        cache_write_tokens=_count(usage.cache_write_tokens),
        cache_write_1h_tokens=_count(usage.cache_write_1h_tokens),
        reasoning_tokens=_count(usage.reasoning_tokens),
        audio_tokens=_count(usage.audio_tokens),
        tokens_estimated=end.tokens_estimated,
        cost=None if end.cost is None else to_money(end.cost),
        cost_source=end.cost_source.value,
        price_version=_text("price_version", end.price_version),
        attempt=start.attempt,
    )


# The same few names come again and again.
@lru_cache(maxsize=4096)
def _text(column: str, text: str | None) -> str | None:
    return fitted(text, _LENGTHS[column])


def _count(tokens: int | None) -> int | None:
    return None if tokens is None else min(tokens, _LARGEST_COUNT)
