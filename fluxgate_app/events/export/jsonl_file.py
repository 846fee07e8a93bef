"""One JSON object a line, as `GET /api/events` lists them."""

from collections.abc import Sequence

from fluxgate_app.events.columns import as_json
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.exact_json import json_text


class JsonlFile:
    """JSON lines; money is exact."""

    media_type = "application/x-ndjson"
    suffix = "jsonl"

    def begin(self) -> bytes:
        """Nothing: each line stands for itself."""
        return b""

    def rows(self, events: Sequence[EventRow]) -> bytes:
        """A line for each."""
        return "".join(f"{json_text(as_json(event))}\n" for event in events).encode()

    def end(self) -> bytes:
        """Nothing."""
        return b""
