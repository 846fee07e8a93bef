"""Measure every call: time it, price it, record how it ended."""

from fluxgate_app.tracking.anthropic import track_anthropic
from fluxgate_app.tracking.client import tracking_of
from fluxgate_app.tracking.gemini import track_gemini
from fluxgate_app.tracking.openai import track_openai
from fluxgate_app.tracking.record import (
    CallEnd,
    CallStart,
    Context,
    CostOverride,
    CostSource,
    CostTrackingResponse,
    Kind,
    Origin,
    Owner,
    Sink,
    Status,
    Usage,
    User,
)

__all__ = [
    "CallEnd",
    "CallStart",
    "Context",
    "CostOverride",
    "CostSource",
    "CostTrackingResponse",
    "Kind",
    "Origin",
    "Owner",
    "Sink",
    "Status",
    "Usage",
    "User",
    "track_anthropic",
    "track_gemini",
    "track_openai",
    "tracking_of",
]
