"""What those who send events are answered, each shape in its own words (spec section 6)."""

from typing import Any

from fluxgate_app.events.call import Call
from fluxgate_app.tracking.record import CallEnd


def answer_a(call: Call, end: CallEnd) -> dict[str, Any]:
    """What the sender of shape A is told."""
    return {
        "id": end.tracking_id,
        "trackingId": end.tracking_id,
        "createdAt": call.start.created_at,
        "cost": end.cost,
        "status": end.status.value,
    }


def answer_b(call: Call, end: CallEnd) -> dict[str, Any]:
    """What the sender of shape B is told."""
    priced = end.cost is not None
    return {
        "recordId": end.tracking_id,
        "totalTokens": end.usage.total_tokens,
        "totalCost": end.cost,
        "status": "ok" if priced else "no_pricing",
        "timestamp": call.start.created_at,
        "description": "Recorded" if priced else "Recorded; no price is known for this model",
    }
