"""What figures are asked for, as the URL says it: `range=7d&groupBy=model,feature&interval=day&compare=previous`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fluxgate_app.errors import Invalid
from fluxgate_app.events import filters
from fluxgate_app.events.columns import COLUMNS
from fluxgate_app.events.filters import Filter, Filters
from fluxgate_app.events.metrics.periods import EARLIEST, END, INTERVALS, Period

# By their names in JSON.
DIMENSIONS = {
    "provider": "provider",
    "model": "model",
    "feature": "feature",
    "step": "step",
    "user": "user",
    "account": "account",
    "status": "status",
    "origin": "origin",
    "conversationId": "conversation_id",
    "sessionId": "session_id",
}
ORDERS = ("cost", "requests", "errors", "change")
MOST_GROUPS = 100
_USUAL_RANGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Question:
    """Which figures: of the calls that the filters let through in this period, by these dimensions (names in JSON).

    `interval` is None for no series. Groups beyond the first `limit` in this order become one. Without `percentiles`,
    which take most of the time, they are None.
    """

    filters: Filters
    period: Period
    zone: ZoneInfo
    now: datetime
    dimensions: tuple[str, ...] = ()
    interval: str | None = None
    compares: bool = False
    order: str = "cost"
    limit: int = 10
    percentiles: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The dimensions as attributes of an event."""
        return tuple(DIMENSIONS[name] for name in self.dimensions)


def parse(query: Iterable[tuple[str, str]], now: datetime, zone: str) -> Question:
    """The question in the pairs of a query string; `zone` is the time zone when it names none.

    Only calls of origin `real` count, unless `origin` says which others, or `all`. Without a range, the last 7 days.
    Raises Invalid for what cannot be asked, and says what can.
    """
    own, others = _own(query)
    if all(name != "timezone" for name, _ in others):
        others.append(("timezone", zone))
    wanted = _with_origin(others, now)
    compares = _word(own, "compare", ("previous",)) is not None
    order = _word(own, "order", ORDERS) or "cost"
    if order == "change" and not compares:
        raise Invalid("order=change needs compare=previous")
    return Question(
        filters=wanted,
        period=_period(wanted, now),
        zone=wanted.time.zone or ZoneInfo("UTC"),
        now=now,
        dimensions=_dimensions(own.get("groupBy")),
        interval=_word(own, "interval", (*INTERVALS, "auto")),
        compares=compares,
        order=order,
        limit=_limit(own.get("limit")),
    )


_OWN = ("groupBy", "interval", "compare", "order", "limit")


def _own(query: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    own: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for name, value in query:
        if name not in _OWN:
            others.append((name, value))
        elif name in own:
            raise Invalid(f"{name} may be given only once")
        else:
            own[name] = value
    return own, others


def _with_origin(others: list[tuple[str, str]], now: datetime) -> Filters:
    if ("origin", "all") in others:
        return filters.parse([pair for pair in others if pair[0] != "origin"], now)
    wanted = filters.parse(others, now)
    if any(each.column.attribute == "origin" for each in wanted.columns):
        return wanted
    return replace(wanted, columns=(*wanted.columns, Filter(COLUMNS["origin"], "", ("real",))))


def _period(wanted: Filters, now: datetime) -> Period:
    until = min(wanted.until or END, END)
    since = wanted.since or min(until, now) - _USUAL_RANGE
    if since < EARLIEST:
        raise Invalid("from must be 1970 or later")
    if since >= until:
        raise Invalid("from must be before to")
    return Period(since, until)


def _dimensions(text: str | None) -> tuple[str, ...]:
    names = tuple(text.split(",")) if text else ()
    if len(names) > 2 or len(set(names)) < len(names) or not set(names) <= set(DIMENSIONS):
        raise Invalid(f"groupBy must be one or two of {', '.join(DIMENSIONS)}, separated by a comma")
    return names


def _word(own: dict[str, str], name: str, allowed: Sequence[str]) -> str | None:
    if (word := own.get(name)) is not None and word not in allowed:
        raise Invalid(f"{name} must be {' or '.join(allowed)}")
    return word


def _limit(text: str | None) -> int:
    if text is None:
        return 10
    if not (text.isdecimal() and 1 <= int(text[:9]) <= MOST_GROUPS):
        raise Invalid(f"limit must be 1 to {MOST_GROUPS}")
    return int(text)
