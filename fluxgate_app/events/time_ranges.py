"""The time that a question is about: `range=7d`, `range=last-month&timezone=Asia/Kolkata`, `from=…&to=…`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement

from fluxgate_app.errors import Invalid
from fluxgate_app.events.values import Values, read_time

LONGEST_DAYS = 3660
_LAST = re.compile(r"(\d{1,7})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `since` on, before `until`; None is open. `span` is the range as it was asked for, by name or length."""

    since: datetime | None = None
    until: datetime | None = None
    span: str | None = None
    zone: ZoneInfo | None = None

    def clauses(self, column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """The range of a column with times, as SQL."""
        beginning = [] if self.since is None else [column >= self.since]
        return beginning if self.until is None else [*beginning, column < self.until]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The range as a URL says it."""
        named = [("range", self.span)] if self.span else []
        given = [] if self.span else [("from", self.since), ("to", self.until)]
        times = [(name, Values.TIME.write(moment)) for name, moment in given if moment]
        return named + times + ([("timezone", self.zone.key)] if self.zone else [])

    @property
    def words(self) -> list[str]:
        """The range for a reader, in its zone."""
        if self.span:
            return [_span_words(self.span)]
        zone = self.zone or UTC
        given = (("from", self.since), ("before", self.until))
        return [f"{name} {Values.TIME.say(moment.astimezone(zone))}" for name, moment in given if moment]


ALWAYS = TimeRange()


def parse(given: dict[str, str | None], now: datetime) -> TimeRange:
    """What `range`, `from`, `to` and `timezone` say. Raises Invalid, naming what is allowed."""
    span, since, until = given["range"], given["from"], given["to"]
    zone = _zone(given["timezone"])
    if span and (since or until):
        raise Invalid("range and from/to exclude each other: give one of them")
    if span:
        return TimeRange(*_bounds(span, now, zone or UTC), span, zone)
    beginning, end = _time("from", since, zone or UTC), _time("to", until, zone or UTC)
    if beginning and end and beginning >= end:
        raise Invalid("from must be before to")
    if beginning and (end or now) - beginning > timedelta(days=LONGEST_DAYS):
        raise Invalid(f"from must be at most {LONGEST_DAYS} days before to, or before now")
    return TimeRange(beginning, end, None, zone)


def _bounds(span: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime | None]:
    if days := _DAYS.get(span):
        first, end = days(now.astimezone(zone).date())
        return _midnight(first, zone), _midnight(end, zone) if end else None
    if not (match := _LAST.fullmatch(span)):
        raise Invalid(f"range must be {ALLOWED}")
    length = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if length > timedelta(days=LONGEST_DAYS):
        raise Invalid(f"range must be at most {LONGEST_DAYS} days")
    return now - length, None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _time(name: str, text: str | None, zone: tzinfo) -> datetime | None:
    try:
        return read_time(text, zone) if text else None
    except (ValueError, OverflowError):
        raise Invalid(f"{name} must be a time such as 2026-03-01T12:00:00Z, or a date") from None


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("timezone must be an IANA name such as Europe/Berlin") from None


def _month(day: date) -> date:
    return day.replace(day=1)


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


# The first day, and the day after the last one where that is over.
_DAYS: dict[str, Callable[[date], tuple[date, date | None]]] = {
    "today": lambda day: (day, None),
    "yesterday": lambda day: (day - _DAY, day),
    "this-week": lambda day: (_week(day), None),
    "last-week": lambda day: (_week(day) - _WEEK, _week(day)),
    "this-month": lambda day: (_month(day), None),
    "last-month": lambda day: (_month(_month(day) - _DAY), _month(day)),
}
ALLOWED = f"a number of minutes, hours, days or weeks such as 30m, 24h, 7d or 4w, or one of {', '.join(_DAYS)}"


def _span_words(span: str) -> str:
    if not (match := _LAST.fullmatch(span)):
        return span.replace("-", " ")
    number, unit = int(match[1]), _UNITS[match[2]]
    return f"in the last {number:,} {unit if number != 1 else unit[:-1]}"
