"""A call as `POST /api/events` takes it: shape B with what our own clients know beyond it (spec section 6)."""

import json
from dataclasses import asdict
from typing import Any

from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostOverride, CostSource, Status, Usage, User

# What the server takes; what is longer is cut, so that no label costs an event.
LONGEST_LABEL = 200
LONGEST_PROVIDER = 100
LONGEST_EVENT = 200_000
_LONGEST_WORDS = 100


def event_of(start: CallStart, end: CallEnd | None) -> bytes:
    """One line of JSON; without an end, the call as it stands when its process dies.

    Metadata that are no JSON, hold themselves or are too long for the server are left out: better that than the call.
    """
    fields = _fields(start, end)
    try:
        line = _encoded(fields)
    except Exception:
        line = b""
    if not line or len(line) > LONGEST_EVENT:
        line = _encoded({**fields, "metadata": {}, "rawUsage": None})
    return line


def _fields(start: CallStart, end: CallEnd | None) -> dict[str, Any]:
    context = start.context
    return {
        "id": start.tracking_id,
        "timestamp": start.created_at.isoformat(),
        "provider": start.provider[:LONGEST_PROVIDER],
        "model": start.model[:LONGEST_LABEL],
        "endpointHost": start.endpoint_host,
        "kind": start.kind,
        "attempt": start.attempt,
        **_labels(context),
        **(_open(start) if end is None else _ended(start, end)),
        "costOverride": context.cost_override and _prices(context.cost_override),
    }


def _labels(context: Context) -> dict[str, Any]:
    labels = {
        "feature": context.feature,
        "step": context.step,
        "sessionId": context.session_id,
        "conversationId": context.conversation_id,
    }
    cut = {name: label and str(label)[:LONGEST_LABEL] for name, label in labels.items()}
    return {**cut, "user": context.user and _user(context.user), "metadata": context.metadata}


def _user(user: User) -> dict[str, Any]:
    return {
        "id": str(user.id)[:LONGEST_LABEL],
        "name": user.name and user.name[:LONGEST_LABEL],
        "email": user.email and user.email[:320],
        "image": user.image and user.image[:2000],
        "monthlyRevenue": user.monthly_revenue,
    }


def _open(start: CallStart) -> dict[str, Any]:
    went = {"status": Status.INTERRUPTED, "isStreamed": start.is_streamed}
    return {"performance": went, "usage": {}, "tokens": {}, "costSource": CostSource.UNPRICED}


def _ended(start: CallStart, end: CallEnd) -> dict[str, Any]:
    return {
        "performance": _performance(start, end),
        "usage": {},
        "tokens": _tokens(end.usage),
        "tokensEstimated": end.tokens_estimated,
        "rawUsage": end.raw_usage,
        "cost": end.cost,
        "costSource": end.cost_source,
        "priceVersion": end.price_version,
        "finishReason": end.finish_reason and end.finish_reason[:_LONGEST_WORDS],
        "errorType": end.error_type and end.error_type[:_LONGEST_WORDS],
        "metadata": {**(end.captured or {}), **start.context.metadata},
        "modelUsed": end.model_used and end.model_used[:LONGEST_LABEL],
    }


def _performance(start: CallStart, end: CallEnd) -> dict[str, Any]:
    """Here latency is the whole trip, and the stream's duration what of it came after the first token."""
    whole, first = end.streaming_duration_in_ms, end.latency_in_ms
    after = None if whole is None or first is None else whole - first
    return {
        "latency": whole if start.is_streamed else first,
        "isStreamed": start.is_streamed,
        "streamDuration": after if start.is_streamed else None,
        "status": end.status,
        "errorMessage": end.error_message,
    }


def _tokens(usage: Usage) -> dict[str, Any]:
    counts = asdict(usage)
    return {_camel(name): count for name, count in counts.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[0].upper() + word[1:] for word in rest)


def _prices(override: CostOverride) -> dict[str, Any]:
    return {f"{_camel(name)}CostPer1MTokens": price for name, price in asdict(override).items() if price is not None}


def _encoded(fields: dict[str, Any]) -> bytes:
    # A Decimal travels as text, which keeps it exact; what is no JSON in the metadata becomes text too.
    given = {name: value for name, value in fields.items() if value is not None}
    # Half a surrogate pair, which no JSON reader takes, becomes a question mark.
    return json.dumps(given, default=str, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
