"""The times that figures are asked for: from when to when, and cut into minutes to months of a time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from fluxgate_app.errors import Invalid

INTERVALS = ("minute", "hour", "day", "week", "month")
MOST_INTERVALS = 2000
# As late as any span of a rollup can begin: what has no end is counted up to here.
END = datetime(9999, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

_LENGTHS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
}
_AUTO = {
    "minute": timedelta(hours=3),
    "hour": timedelta(days=8),
    "day": timedelta(days=120),
    "week": timedelta(days=750),
}


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """A minute to a month, beginning at `start`; of the first and the last only the part in `period` is asked for."""

    start: datetime
    period: Period


def before(period: Period, now: datetime) -> Period:
    """The period of equal length that ends where this one begins. Raises Invalid when that is too long ago."""
    length = min(period.until, max(now, period.since)) - period.since
    if period.since - EARLIEST < length:
        raise Invalid("compare=previous needs a period of the same length before; give a later from")
    return Period(period.since - length, period.since)


def intervals(period: Period, name: str, zone: ZoneInfo, now: datetime) -> list[Interval]:
    """The intervals of this name that the period touches, as clocks in that zone show them; weeks begin on Monday.

    What has no end is cut off now. A day is 23 or 25 hours long where clocks change. Raises Invalid for too many.
    """
    # The last interval takes what the clocks of others date after now.
    end = min(period.until, max(now, period.since + timedelta(microseconds=1)))
    name = _chosen(name, end - period.since)
    if (end - period.since) / _LENGTHS[name] > MOST_INTERVALS:
        raise Invalid(f"interval={name} would give more than {MOST_INTERVALS}; choose a longer one or a shorter range")
    edges = [_floor(period.since, name, zone)]
    while edges[-1] < end:
        edges.append(_next(edges[-1], name, zone))
    pieces = [Interval(start, Period(max(start, period.since), stop)) for start, stop in pairwise(edges)]
    last = pieces[-1]
    return [*pieces[:-1], Interval(last.start, Period(last.period.since, period.until))]


def around(moment: datetime, name: str, zone: ZoneInfo) -> Period:
    """The whole interval of this name in which the moment lies, as clocks in that zone show it."""
    start = _floor(moment, name, zone)
    return Period(start, _next(start, name, zone))


def _chosen(name: str, length: timedelta) -> str:
    if name != "auto":
        return name
    return next((each for each, longest in _AUTO.items() if length <= longest), "month")


def _floor(moment: datetime, name: str, zone: ZoneInfo) -> datetime:
    if name == "minute":
        return moment.replace(second=0, microsecond=0)
    local = moment.astimezone(zone)
    if name == "hour":
        # Not by the clock's own hour: where it is set back, the same hour comes twice.
        return moment - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    if name == "week":
        day -= timedelta(days=day.weekday())
    if name == "month":
        day = day.replace(day=1)
    return _instant(day, zone)


def _next(edge: datetime, name: str, zone: ZoneInfo) -> datetime:
    if name == "minute":
        return edge + timedelta(minutes=1)
    if name == "hour":
        following = _floor(edge + timedelta(hours=1), name, zone)
        # A clock that was set back by half an hour.
        return following if following > edge else edge + timedelta(hours=1)
    # From the middle of an interval its neighbour's is found, however long the days are.
    steps = {"day": timedelta(days=1.5), "week": timedelta(days=8), "month": timedelta(days=35)}
    return _floor(edge + steps[name], name, zone)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
