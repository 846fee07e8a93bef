"""An event that a program sent becomes a recorded call and the answer to it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from fluxgate_app.errors import Invalid
from fluxgate_app.events.call import Call
from fluxgate_app.events.content import ContentLogging, allowed
from fluxgate_app.events.ingest.answers import answer_a, answer_b
from fluxgate_app.events.ingest.counting import exact, totals_a, totals_b
from fluxgate_app.events.ingest.provider_names import UNKNOWN, provider_named
from fluxgate_app.events.ingest.shapes import MOST_USD, EndUser, Event, ShapeA, ShapeB
from fluxgate_app.tracking.failures import masked
from fluxgate_app.tracking.prices import LISTED, Price, Prices
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostOverride, CostSource, Owner, Usage, User
from fluxgate_app.tracking.terms import terms_of
from fluxgate_app.ulids import new_ulid

_TRACKING_ID = re.compile(r"evt_[0-9A-Za-z]{1,60}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OF_SHAPE_B = ("provider", "model", "performance")
_PLAIN = (str, int, bool, type(None))


@dataclass(frozen=True, slots=True)
class Reading:
    """An event that can be stored. `id` is the sender's own, `body_hash` what tells it from another with that id."""

    call: Call
    answer: str
    id: str | None
    body_hash: str

    @property
    def tracking_id(self) -> str:
        """The event's id here: the sender's, when it is one of ours."""
        return self.call.start.tracking_id


def read(body: Any, owner: Owner, now: datetime, logging: ContentLogging = "off", prices: Prices = LISTED) -> Reading:
    """The event in this JSON, priced by `prices`, with as much of its texts as may be kept.

    Raises Invalid, which names the field and never what is in it.
    """
    if not isinstance(body, dict):
        raise Invalid("An event must be a JSON object")
    sent = cast("dict[str, Any]", body)
    try:
        event = ShapeB.model_validate(sent) if _is_shape_b(sent) else ShapeA.model_validate(sent)
    except ValidationError as error:
        raise Invalid(_what_is_wrong(error)) from None
    call = _from_b(event, sent, owner, now, prices) if isinstance(event, ShapeB) else _from_a(event, owner, now, prices)
    assert call.end is not None
    if call.end.cost is not None and call.end.cost > MOST_USD:
        raise Invalid(f"One event costs at most {MOST_USD} USD")
    answer = answer_b(call, call.end) if isinstance(event, ShapeB) else answer_a(call, call.end)
    kept = Call(call.start, allowed(call.end, logging))
    return Reading(kept, answer, event.id, "" if event.id is None else body_hash(sent))


def body_hash(body: Any) -> str:
    """The same for the same JSON, in whatever order its names come."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _is_shape_b(sent: Mapping[str, Any]) -> bool:
    usage = sent.get("usage")
    return any(name in sent for name in OF_SHAPE_B) or (isinstance(usage, dict) and "promptTokens" in usage)


def _what_is_wrong(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(map(str, first["loc"]))
    said = "Input should be an object" if first["type"] == "model_type" else first["msg"]
    return f"Invalid {path}: {said}"


def _from_a(event: ShapeA, owner: Owner, now: datetime, prices: Prices) -> Call:
    usage, labels, ended = event.usage, event.metadata, event.status
    streamed = usage.streaming_duration_in_ms is not None if usage.is_streamed is None else usage.is_streamed
    created_at, counts = _moment(labels.timestamp, now), totals_a(usage)
    start = CallStart(
        tracking_id=_tracking_id(event.id, created_at),
        created_at=created_at,
        origin="real",
        provider=provider_named(usage.provider),
        endpoint_host=None,
        model=usage.model or UNKNOWN,
        kind="chat",
        is_streamed=streamed,
        owner=owner,
        context=_context(labels, labels.user, labels.model_extra or {}),
    )
    cost = _price(event, counts, start, (), prices)
    end = CallEnd(
        tracking_id=start.tracking_id,
        status=ended.status,
        usage=counts,
        latency_in_ms=usage.latency_in_ms,
        streaming_duration_in_ms=usage.streaming_duration_in_ms if streamed else None,
        cost=cost.cost,
        cost_source=cost.source,
        price_version=cost.version,
        error_message=masked(ended.error_message or "", None) or None,
    )
    return Call(start, end)


def _from_b(event: ShapeB, sent: Mapping[str, Any], owner: Owner, now: datetime, prices: Prices) -> Call:
    went = event.performance
    created_at, provider = _moment(event.timestamp, now), provider_named(event.provider)
    counts = totals_b(event, provider) if event.tokens is None else exact(event.tokens)
    start = CallStart(
        tracking_id=_tracking_id(event.id, created_at),
        created_at=created_at,
        origin="real",
        provider=provider,
        endpoint_host=event.endpoint_host,
        model=event.model or UNKNOWN,
        kind=event.kind,
        is_streamed=went.is_streamed,
        owner=owner,
        context=_context(event, event.user, sent.get("metadata") or {}),
        attempt=event.attempt,
    )
    cost = _told_price(event) or _price(event, counts, start, (event.model_used,), prices)
    end = CallEnd(
        tracking_id=start.tracking_id,
        status=went.status,
        usage=counts,
        latency_in_ms=_latency_b(event),
        streaming_duration_in_ms=went.latency if went.is_streamed else None,
        cost=cost.cost,
        cost_source=cost.source,
        price_version=cost.version,
        finish_reason=event.finish_reason,
        error_type=event.error_type,
        error_message=masked(went.error_message or "", None) or None,
        model_used=event.model_used,
        tokens_estimated=event.tokens_estimated,
        raw_usage=_plain(event.raw_usage if event.raw_usage is not None else sent["usage"]),
        prompt=event.prompt,
        answer=event.answer,
    )
    return Call(start, end)


def _tracking_id(id: str | None, created_at: datetime) -> str:
    if id is None or not id.startswith("evt_"):
        return f"evt_{new_ulid(created_at)}"
    if not _TRACKING_ID.fullmatch(id):
        raise Invalid("Invalid id: evt_ is followed by 1 to 60 letters and digits")
    return id


def _moment(told: datetime | None, now: datetime) -> datetime:
    """When the call began; a sender's clock may go fast, so that nothing begins later than now. Without a zone: UTC."""
    if told is None:
        return now
    try:
        moment = (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        moment = datetime.min.replace(tzinfo=UTC)
    if moment < _EPOCH:
        raise Invalid("Invalid timestamp: no call was made before 1970")
    return min(moment, now)


def _context(labels: Any, user: EndUser | None, metadata: dict[str, Any]) -> Context:
    return Context(
        feature=labels.feature or None,
        step=labels.step or None,
        user=User(user.id, user.name, user.email, user.image, user.monthly_revenue) if user and user.id else None,
        session_id=labels.session_id or None,
        conversation_id=labels.conversation_id or None,
        metadata=_plain(metadata) or {},
    )


def _plain(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """The same without what no database takes as JSON: 1e999 becomes null. None when there is nothing in it."""
    if not value or all(type(item) in _PLAIN for item in value.values()):
        return value or None
    return from_json(to_json(value, inf_nan_mode="null"))


def _latency_b(event: ShapeB) -> float | None:
    """To the first token: the whole trip without what came after that one."""
    went = event.performance
    if not went.is_streamed:
        return went.latency
    if went.latency is None or went.stream_duration is None:
        return None
    return max(0.0, went.latency - went.stream_duration)


def _told_price(event: ShapeB) -> Price | None:
    """What the sender knows of the cost: its own prices come first, then what the provider reported."""
    if event.cost_override is not None:
        return None
    if event.cost is not None and event.cost_source is not CostSource.UNPRICED:
        return Price(event.cost, event.cost_source, event.price_version)
    reported = event.metadata.openrouter_cost
    return None if reported is None else Price(reported, CostSource.REPORTED, None)


def _price(event: Event, counts: Usage, start: CallStart, surer: tuple[str | None, ...], prices: Prices) -> Price:
    told = event.cost_override
    override = told and CostOverride(told.input, told.output, told.cache_read, told.cache_write, told.reasoning)
    models = (*filter(None, surer), start.model)
    raw, estimated = (event.raw_usage, event.tokens_estimated) if isinstance(event, ShapeB) else (None, False)
    return prices.cost(
        counts,
        start.provider,
        models,
        start.created_at,
        terms=terms_of(raw, start.context.metadata),
        override=override,
        estimated=estimated,
    )
