"""Server-sent events that say what they are: `text`, then one `done` or one `error`, and nothing after it."""

from typing import Any

from fluxgate_app.api.stream_formats.format import STREAM_HEADERS
from fluxgate_app.api.tracking_json import tracking_json, usage_json
from fluxgate_app.chat.note import Tracking
from fluxgate_app.events.exact_json import json_text


class TypedEvents:
    """What it cost is told with `done`."""

    media_type = "text/event-stream"
    headers = STREAM_HEADERS
    keep_alive: bytes | None = b": keep-alive\n\n"

    def delta(self, text: str) -> bytes:
        """A `text` event."""
        return _event({"type": "text", "text": text})

    def done(self, tracking: Tracking) -> bytes:
        """The `done` event, with what is known of the call."""
        return _event({"type": "done", "usage": usage_json(tracking.usage), "tracking": tracking_json(tracking)})

    def failed(self, message: str) -> bytes:
        """The `error` event."""
        return _event({"type": "error", "error": message})


def _event(value: dict[str, Any]) -> bytes:
    return f"data: {json_text(value)}\n\n".encode()
