"""Server-sent events, cut apart without a change to their bytes."""

import re

_END = re.compile(rb"\n\r?\n")


class Splitter:
    """Cuts what arrives into whole events."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The events that are complete now, each with the blank line that ends it; `rest` is what is left over."""
        data = self.rest + data
        events, begin = list[bytes](), 0
        for end in _END.finditer(data):
            events.append(data[begin : end.end()])
            begin = end.end()
        self.rest = data[begin:]
        return events


def data_of(event: bytes) -> bytes:
    """What an event carries, empty for a comment."""
    if event.startswith(b"data:") and b"\n" not in (only := event[5:].strip()):
        return only
    return b"\n".join(line[5:].strip() for line in event.splitlines() if line.startswith(b"data:"))
