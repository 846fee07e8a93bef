"""A table for spreadsheets, in which no text of anybody's becomes a formula."""

import csv
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from fluxgate_app.events.columns import COLUMNS
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.exact_json import utc_text

# What makes a spreadsheet read on as a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class CsvFile:
    """RFC 4180 in UTF-8: a line of names, then one for each call; money is exact, unknown is empty."""

    media_type = "text/csv; charset=utf-8"
    suffix = "csv"

    def begin(self) -> bytes:
        """The names of the columns."""
        return _lines([list(COLUMNS)])

    def rows(self, events: Sequence[EventRow]) -> bytes:
        """A line for each."""
        attributes = [column.attribute for column in COLUMNS.values()]
        return _lines([[_cell(getattr(event, name)) for name in attributes] for event in events])

    def end(self) -> bytes:
        """Nothing."""
        return b""


def _lines(rows: list[list[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return utc_text(value)
    return str(value).lower()
