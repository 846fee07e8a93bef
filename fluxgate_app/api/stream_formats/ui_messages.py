"""The UI message stream of the AI SDK, versions 5 to 7 (protocol v1): one message of one text."""

from typing import Any

from fluxgate_app.api.exact_json import json_text
from fluxgate_app.api.stream_formats.format import STREAM_HEADERS
from fluxgate_app.api.tracking_json import tracking_json, usage_json
from fluxgate_app.chat.note import Tracking
from fluxgate_app.tracking import Status

PROTOCOL = "X-Vercel-AI-UI-Message-Stream"
VERSION = "v1"

_TEXT_ID = "text"


class UiMessages:
    """Made anew for each reader. What it cost is the message's metadata; a message that was stopped ends with `abort`.

    Only what all three versions know is said: version 5 refuses a part with a field that it does not know.
    """

    media_type = "text/event-stream"
    headers = {**STREAM_HEADERS, PROTOCOL: VERSION}
    keep_alive: bytes | None = b": keep-alive\n\n"

    def __init__(self, message_id: str):
        self._message_id = message_id
        self._writing = False

    def delta(self, text: str) -> bytes:
        """A `text-delta`; the first one opens message, step and text."""
        said = _event(type="text-delta", id=_TEXT_ID, delta=text)
        if self._writing:
            return said
        self._writing = True
        return self._opening() + _event(type="text-start", id=_TEXT_ID) + said

    def done(self, tracking: Tracking) -> bytes:
        """The end of all that is open, and the end mark."""
        said = _event(type="text-end", id=_TEXT_ID) if self._writing else self._opening()
        if tracking.status is Status.CANCELLED:
            said += _event(type="abort")
        else:
            metadata = {"usage": usage_json(tracking.usage), "tracking": tracking_json(tracking)}
            said += _event(type="finish-step") + _event(type="finish", messageMetadata=metadata)
        return said + b"data: [DONE]\n\n"

    def failed(self, message: str) -> bytes:
        """The `error` part, and nothing after it."""
        return _event(type="error", errorText=message)

    def _opening(self) -> bytes:
        return _event(type="start", messageId=self._message_id) + _event(type="start-step")


def _event(**value: Any) -> bytes:
    return f"data: {json_text(value)}\n\n".encode()
