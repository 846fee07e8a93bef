"""Server-sent events of the form `{"content": "…"}`, ended by `[DONE]`."""

from fluxgate_app.api.stream_formats.format import STREAM_HEADERS
from fluxgate_app.chat.note import Tracking
from fluxgate_app.events.exact_json import json_text


class ContentEvents:
    """Clients of this format know no error event: a failure is a cut connection, and never `[DONE]`."""

    media_type = "text/event-stream"
    headers = STREAM_HEADERS
    keep_alive: bytes | None = b": keep-alive\n\n"

    def delta(self, text: str) -> bytes:
        """One event."""
        return f"data: {json_text({'content': text})}\n\n".encode()

    def done(self, tracking: Tracking) -> bytes:
        """The end mark."""
        return b"data: [DONE]\n\n"

    def failed(self, message: str) -> None:
        """There is no way to say it."""
        return
