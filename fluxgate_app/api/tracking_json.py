"""What an answer says of its call: tokens and money (spec section 5)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, NotRequired

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from fluxgate_app.chat.note import Tracking
from fluxgate_app.tracking import Status, Usage

Usd = Annotated[Decimal, WithJsonSchema({"type": "number", "minimum": 0, "description": "USD"})]


class TrackingJson(TypedDict):
    """How the call ended, what it cost, and under which id it is recorded."""

    status: Status
    cost: Usd | None
    trackingId: str
    createdAt: datetime
    errorMessage: NotRequired[str]


class UsageJson(TypedDict):
    """Tokens; null for unknown. Input includes cached, output includes reasoning."""

    inputTokens: int | None
    outputTokens: int | None
    cachedTokens: int | None
    reasoningTokens: int | None
    totalTokens: int | None


def tracking_json(tracking: Tracking) -> TrackingJson:
    """`{status, cost, trackingId, createdAt, errorMessage?}`; cost is USD, null for unknown."""
    said: TrackingJson = {
        "status": tracking.status,
        "cost": tracking.cost,
        "trackingId": tracking.tracking_id,
        "createdAt": tracking.created_at,
    }
    return {**said, "errorMessage": tracking.error_message} if tracking.error_message else said


def usage_json(usage: Usage) -> UsageJson:
    """Tokens; null for unknown."""
    return {
        "inputTokens": usage.input_tokens,
        "outputTokens": usage.output_tokens,
        "cachedTokens": usage.cached_tokens,
        "reasoningTokens": usage.reasoning_tokens,
        "totalTokens": usage.total_tokens,
    }
