"""How made-up calls end, in usual hours and while their provider is down."""

from dataclasses import dataclass

from fluxgate_app.tracking.record import Status


@dataclass(frozen=True, slots=True)
class Ending:
    """One way a call ends, how often in a thousand, how often while its provider is down, and how much slower."""

    status: Status
    usual: int
    outage: int
    finish_reason: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    slower: float = 1.0

    @property
    def is_counted(self) -> bool:
        """Whether it used tokens."""
        return self.status in _COUNTED


_COUNTED = {Status.SUCCESS, Status.MAX_TOKENS, Status.CONTENT_FILTER, Status.CANCELLED}

ENDINGS = (
    Ending(Status.SUCCESS, 955, 500, "stop"),
    Ending(Status.MAX_TOKENS, 12, 10, "length"),
    Ending(Status.CONTENT_FILTER, 2, 2, "content_filter"),
    Ending(Status.CANCELLED, 14, 40),
    Ending(Status.RATE_LIMITED, 9, 120, None, "rate_limit", "Rate limit reached for requests per minute", 0.2),
    Ending(Status.ERROR, 5, 280, None, "server_error", "The server had an error while processing the request", 0.4),
    Ending(Status.TIMEOUT, 2, 47, None, "timeout", "The request timed out", 40),
    Ending(Status.MALFORMED_REQUEST, 1, 1, None, "invalid_request", "The context window was exceeded", 0.1),
)
