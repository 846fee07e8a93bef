"""What a journal of events has for the server: ended calls, and those that a dead process left open."""

from collections.abc import Iterator

from fluxgate_app.tracking.journal import Journal

# A body holds at most 1 MB and 1000 events; no event has less than 400 bytes or more than 200,000.
BATCH_BYTES = 300_000

_STARTED, _ENDED = b"started", b"ended"


def started(tracking_id: str, interrupted: bytes) -> bytes:
    """The line of a call that is about to leave; `interrupted` is its event should nothing more come."""
    return b" ".join((_STARTED, tracking_id.encode(), interrupted))


def ended(tracking_id: str, event: bytes) -> bytes:
    """The line of a call that ended."""
    return b" ".join((_ENDED, tracking_id.encode(), event))


class Backlog:
    """Reads one journal from its beginning, in batches that the server takes."""

    def __init__(self, journal: Journal):
        self.journal = journal
        self.position = 0
        self.open: dict[bytes, bytes] = {}

    def batch(self) -> tuple[int, list[bytes]]:
        """Where the next batch ends, and its events; none when all that was journalled is read."""
        position, lines = self.journal.read(self.position, BATCH_BYTES)
        return position + sum(len(line) + 1 for line in lines), list(self._events(lines))

    def taken(self, position: int) -> None:
        """The server has everything up to here."""
        self.position = position
        self.journal.forget(position)

    def _events(self, lines: list[bytes]) -> Iterator[bytes]:
        for line in lines:
            kind, tracking_id, event = (*line.split(b" ", 2), b"", b"")[:3]
            if kind == _STARTED:
                self.open[tracking_id] = event
            elif kind == _ENDED:
                self.open.pop(tracking_id, None)
                yield event
