"""What an answer says of its call: tokens and money (spec section 5)."""

from typing import Any

from fluxgate_app.chat.note import Tracking
from fluxgate_app.tracking import Usage


def tracking_json(tracking: Tracking) -> dict[str, Any]:
    """`{status, cost, trackingId, createdAt, errorMessage?}`; cost is USD, null for unknown."""
    said = {
        "status": tracking.status,
        "cost": tracking.cost,
        "trackingId": tracking.tracking_id,
        "createdAt": tracking.created_at,
    }
    return said | ({"errorMessage": tracking.error_message} if tracking.error_message else {})


def usage_json(usage: Usage) -> dict[str, Any]:
    """Tokens; null for unknown. Input includes cached, output includes reasoning."""
    return {
        "inputTokens": usage.input_tokens,
        "outputTokens": usage.output_tokens,
        "cachedTokens": usage.cached_tokens,
        "reasoningTokens": usage.reasoning_tokens,
        "totalTokens": usage.total_tokens,
    }
