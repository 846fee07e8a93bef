"""What must be known of a vendor's form to answer its clients in its place."""

from collections.abc import Mapping
from typing import Any, Protocol

from fluxgate_app.chat.completion import Answer
from fluxgate_app.chat.parts import Delta
from fluxgate_app.tracking import Status, Usage


class Words(Protocol):
    """One answer in one vendor's words, to a request with this `body`: whole, or opened, told in deltas and closed."""

    def __init__(self, body: Mapping[str, Any]): ...

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The whole answer."""
        ...

    def opening(self, tracking_id: str) -> bytes:
        """What a stream begins with."""
        ...

    def piece(self, delta: Delta) -> bytes:
        """Some of it; may be nothing."""
        ...

    def closing(self, status: Status, usage: Usage) -> bytes:
        """What it ends with."""
        ...
