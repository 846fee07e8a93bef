"""What must be known of a vendor to answer its clients in its place, and to read what they ask."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from fluxgate_app.tracking import Status, Usage


class Words(Protocol):
    """One answer in one vendor's words.

    `untranslatable` are the fields of a request that no other vendor can be told, `limits` the names that the most
    tokens of an answer go by.
    """

    untranslatable: ClassVar[frozenset[str]]
    limits: ClassVar[tuple[str, ...]]

    def __init__(self, body: Mapping[str, Any]): ...

    def whole(self, tracking_id: str, text: str, status: Status, usage: Usage) -> dict[str, Any]:
        """The whole answer."""
        ...

    def opening(self, tracking_id: str) -> bytes:
        """What a stream begins with."""
        ...

    def piece(self, text: str) -> bytes:
        """Some text of it."""
        ...

    def closing(self, status: Status, usage: Usage) -> bytes:
        """What it ends with."""
        ...
