"""What every stream format says of an answer: each delta, its end, its failure."""

from typing import Protocol

from fluxgate_app.chat.note import Tracking

STREAM_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


class StreamFormat(Protocol):
    """`keep_alive` is sent while the provider is silent, None where nothing may be said between deltas."""

    media_type: str
    headers: dict[str, str]
    keep_alive: bytes | None

    def delta(self, text: str) -> bytes:
        """One piece of text, never empty."""
        ...

    def done(self, tracking: Tracking) -> bytes:
        """The last bytes of an answer that ended well."""
        ...

    def failed(self, message: str) -> bytes | None:
        """The last bytes of one that broke after it began; None cuts the connection."""
        ...
