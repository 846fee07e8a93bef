"""Where a list of events goes on."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fluxgate_app.errors import Invalid
from fluxgate_app.events.sorting import Sort
from fluxgate_app.events.values import Values, read_text, read_time


@dataclass(frozen=True, slots=True)
class Cursor:
    """After the event of this `key` and `tracking_id`, if there is one, in the stretch of time that is being read.

    All beyond `begin` was read, itself included; this stretch ends with `end`, itself included. None is open.
    """

    begin: datetime | None = None
    end: datetime | None = None
    key: Any = None
    tracking_id: str | None = None

    def write(self, sort: Sort) -> str:
        """The cursor as a client gets it."""
        values = zip((Values.TIME, Values.TIME, sort.key.values), (self.begin, self.end, self.key), strict=True)
        parts = [None if value is None else kind.write(value) for kind, value in values]
        said = json.dumps([sort.name, *parts, self.tracking_id], separators=(",", ":"))
        return urlsafe_b64encode(said.encode()).decode().rstrip("=")


START = Cursor()


def read(text: str | None, sort: Sort) -> Cursor:
    """The cursor that a client sent, the start without one. Raises Invalid for one that no list of this sort gave."""
    if text is None:
        return START
    try:
        return _cursor(json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))), sort)
    except (ValueError, TypeError, OverflowError, RecursionError, Invalid):
        raise Invalid("cursor must be a nextCursor of this list, with the same sort") from None


def _cursor(said: list[Any], sort: Sort) -> Cursor:
    name, begin, end, key, tracking_id = said
    if name != sort.name or not all(part is None or isinstance(part, str) for part in said):
        raise ValueError
    return Cursor(
        None if begin is None else read_time(begin),
        None if end is None else read_time(end),
        None if key is None else sort.key.values.read("key", key),
        None if tracking_id is None else read_text(tracking_id),
    )
