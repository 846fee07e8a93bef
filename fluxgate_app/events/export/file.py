"""What every kind of export file is."""

from collections.abc import Sequence
from typing import Protocol

from fluxgate_app.events.event_row import EventRow


class File(Protocol):
    """A file for one download, written from beginning to end; each step gives the bytes that are ready."""

    media_type: str
    suffix: str

    def begin(self) -> bytes:
        """What stands before the first row."""
        ...

    def rows(self, events: Sequence[EventRow]) -> bytes:
        """The next rows, as far as they are ready."""
        ...

    def end(self) -> bytes:
        """The rest."""
        ...
