"""The answer's text and nothing else."""

from fluxgate_app.api.stream_formats.format import STREAM_HEADERS
from fluxgate_app.chat.note import Tracking


class PlainText:
    """Raw deltas; a failure is a cut connection, so that half an answer is never taken for a whole one."""

    media_type = "text/plain"
    headers = STREAM_HEADERS
    keep_alive: bytes | None = None

    def delta(self, text: str) -> bytes:
        """As it is."""
        return text.encode()

    def done(self, tracking: Tracking) -> bytes:
        """Nothing: the stream ends cleanly."""
        return b""

    def failed(self, message: str) -> None:
        """There is no way to say it in plain text."""
        return
