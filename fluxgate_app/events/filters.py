"""Which events to show, as the URL says it: `status=ERROR&status=TIMEOUT&feature.not=chat&range=7d&q=quota`."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, or_

from fluxgate_app.errors import Invalid
from fluxgate_app.events.columns import COLUMNS, EventColumn, read_text, read_time
from fluxgate_app.events.tables import EVENTS

MOST_VALUES = 500
# They say which part of the list to show, not what is in it.
_PAGING = ("limit", "cursor")
_SEARCHED = ("tracking_id", "session_id", "conversation_id", "user", "model", "model_used", "feature", "error_message")
_RANGE = re.compile(r"(\d{1,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _any_of(column: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    return column.in_(values)


def _none_of(column: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    # What is absent is not that value either, though SQL says it is unknown.
    return or_(column.is_(None), column.not_in(values))


OPERATORS: dict[str, Callable[[Column[Any], Sequence[Any]], ColumnElement[bool]]] = {"": _any_of, "not": _none_of}


@dataclass(frozen=True, slots=True)
class Filter:
    """One column compared with values: any of them, or with `not` none of them."""

    column: EventColumn
    operator: str
    values: tuple[Any, ...]

    @property
    def clause(self) -> ColumnElement[bool]:
        """The filter as SQL."""
        return OPERATORS[self.operator](self.column.column, self.values)


@dataclass(frozen=True, slots=True)
class Filters:
    """All that an event must be: every filter, somewhere the text, created at or after `since` and before `until`."""

    columns: tuple[Filter, ...] = ()
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def clauses(self) -> list[ColumnElement[bool]]:
        """The filters as SQL, all of which must hold."""
        clauses = [each.clause for each in self.columns]
        if self.since:
            clauses.append(EVENTS.c.created_at >= self.since)
        if self.until:
            clauses.append(EVENTS.c.created_at < self.until)
        if self.text:
            clauses.append(or_(*(EVENTS.c[name].icontains(self.text, autoescape=True) for name in _SEARCHED)))
        return clauses


EVERYTHING = Filters()


def parse(query: Iterable[tuple[str, str]], now: datetime) -> Filters:
    """The filters in the pairs of a query string; `limit` and `cursor` are left alone.

    Raises Invalid for a name that is no filter and for a value that its column cannot have, and says what is allowed.
    """
    given: dict[str, list[str]] = {}
    for name, value in query:
        if name not in _PAGING:
            given.setdefault(name, []).append(value)
    text = _only(given, "q")
    since, until = _times(given, now)
    columns = tuple(_filter(name, values) for name, values in given.items())
    return Filters(columns, _text(text), since, until)


def _filter(name: str, written: list[str]) -> Filter:
    column, _, operator = name.partition(".")
    if column not in COLUMNS:
        known = ", ".join(("q", "range", "from", "to", *COLUMNS))
        raise Invalid(f"There is no filter {name[:50]!r}; there are {known}")
    if operator not in OPERATORS or name.endswith("."):
        operators = ", ".join(f"{column}.{known}" if known else column for known in OPERATORS)
        raise Invalid(f"There is no filter {name[:50]!r}; there are {operators}")
    if len(written) > MOST_VALUES:
        raise Invalid(f"{name} has {len(written)} values; at most {MOST_VALUES} are allowed")
    return Filter(COLUMNS[column], operator, tuple(COLUMNS[column].read(value) for value in written))


def _text(text: str | None) -> str | None:
    try:
        return read_text(text) if text else None
    except ValueError:
        raise Invalid("q must be a text of at most 300 characters") from None


def _times(given: dict[str, list[str]], now: datetime) -> tuple[datetime | None, datetime | None]:
    span, since, until = _only(given, "range"), _only(given, "from"), _only(given, "to")
    if span and (since or until):
        raise Invalid("range and from/to exclude each other: give one of them")
    if span:
        return now - _span(span), None
    beginning, end = _time("from", since), _time("to", until)
    if beginning and end and beginning >= end:
        raise Invalid("from must be before to")
    return beginning, end


def _span(text: str) -> timedelta:
    if not (match := _RANGE.fullmatch(text)):
        raise Invalid("range must be a number of minutes, hours, days or weeks such as 30m, 24h, 7d or 4w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _time(name: str, text: str | None) -> datetime | None:
    try:
        return read_time(text) if text else None
    except (ValueError, OverflowError):
        raise Invalid(f"{name} must be a time such as 2026-03-01T12:00:00Z, or a date") from None


def _only(given: dict[str, list[str]], name: str) -> str | None:
    values = given.pop(name, [])
    if len(values) > 1:
        raise Invalid(f"{name} may be given only once")
    return values[0] if values else None
