"""Which events to show, as the URL says it: `status=ERROR&status=TIMEOUT&cost.gt=0.01&range=7d&q=quota`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from fluxgate_app.errors import Invalid
from fluxgate_app.events import time_ranges
from fluxgate_app.events.columns import FILTERED, EventColumn
from fluxgate_app.events.containment import contains
from fluxgate_app.events.operators import LISTED, OPERATORS, Operator, operators_of
from fluxgate_app.events.tables import CONTENTS, EVENTS
from fluxgate_app.events.time_ranges import ALWAYS, TimeRange
from fluxgate_app.events.values import Values

MOST_VALUES = 500
# They say which part of the list to show and in what order, not what is in it.
_PAGING = ("limit", "cursor", "sort")
_TIMES = ("range", "from", "to", "timezone")
SEARCHED = (
    "tracking_id",
    "session_id",
    "conversation_id",
    "user",
    "model",
    "model_used",
    "feature",
    "error_type",
    "error_message",
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One column compared with values; `operator` is a suffix in `OPERATORS`."""

    column: EventColumn
    operator: str
    values: tuple[Any, ...]

    @property
    def clause(self) -> ColumnElement[bool]:
        """The filter as SQL."""
        return self._operator.clause(self.column.column, self.values)

    @property
    def words(self) -> str:
        """The filter for a reader: "feature is chat-api"."""
        return self._operator.say(self.column, self.values)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filter as a URL says it."""
        name = f"{self.column.name}.{self.operator}".removesuffix(".")
        return [(name, text) for text in self._operator.write(self.column, self.values)]

    @property
    def _operator(self) -> Operator:
        return OPERATORS[self.operator]


@dataclass(frozen=True, slots=True)
class Filters:
    """All that an event must be: every filter, somewhere the text, created within the time."""

    columns: tuple[Filter, ...] = ()
    text: str | None = None
    time: TimeRange = ALWAYS

    @property
    def since(self) -> datetime | None:
        """Created at or after, UTC."""
        return self.time.since

    @property
    def until(self) -> datetime | None:
        """Created before, UTC."""
        return self.time.until

    @property
    def clauses(self) -> list[ColumnElement[bool]]:
        """The filters as SQL, all of which must hold."""
        return [*self.checks, *self.time.clauses(EVENTS.c.created_at)]

    @property
    def checks(self) -> list[ColumnElement[bool]]:
        """The filters as SQL, without those of time."""
        clauses = [each.clause for each in self.columns]
        if self.text:
            clauses.append(or_(*(contains(EVENTS.c[name], self.text) for name in SEARCHED), _kept(self.text)))
        return clauses

    @property
    def words(self) -> list[str]:
        """The filters for a reader, one text each."""
        said = [each.words for each in self.columns]
        return said + ([f"anything contains {self.text}"] if self.text else []) + self.time.words

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters as a URL says them; `parse` makes the same of them again."""
        said = chain.from_iterable(each.pairs for each in self.columns)
        return [*said, *([("q", self.text)] if self.text else []), *self.time.pairs]


EVERYTHING = Filters()


def parse(query: Iterable[tuple[str, str]], now: datetime) -> Filters:
    """The filters in the pairs of a query string; `limit`, `cursor` and `sort` are left alone.

    Raises Invalid for a name that is no filter and for a value that its column cannot have, and says what is allowed.
    """
    given: dict[str, list[str]] = {}
    for name, value in query:
        if name in _PAGING:
            continue
        # Listed or repeated, both ways of one column together are any of all these.
        column, _, operator = name.rpartition(".")
        listed = operator == LISTED and column in FILTERED
        given.setdefault(column if listed else name, []).extend(value.split(",") if listed else [value])
    text = only(given, "q")
    time = time_ranges.parse({name: only(given, name) for name in _TIMES}, now)
    columns = tuple(_filter(name, values, time.zone or UTC) for name, values in given.items())
    return Filters(columns, Values.TEXT.read("q", text) if text else None, time)


def only(given: dict[str, list[str]], name: str) -> str | None:
    """Take out the one value that was given by this name. Raises Invalid when there are more."""
    values = given.pop(name, [])
    if len(values) > 1:
        raise Invalid(f"{name} may be given only once")
    return values[0] if values else None


def _filter(name: str, written: list[str], zone: tzinfo) -> Filter:
    known, _, operator = name.partition(".")
    if known not in FILTERED:
        raise Invalid(f"There is no filter {name[:50]!r}; there are {', '.join(('q', *_TIMES, *FILTERED))}")
    column = FILTERED[known]
    allowed = operators_of(column)
    if operator not in allowed or name.endswith("."):
        names = ", ".join(f"{known}.{suffix}".removesuffix(".") for suffix in allowed)
        raise Invalid(f"There is no filter {name[:50]!r}; there are {names}")
    if len(written) > MOST_VALUES:
        raise Invalid(f"{name} has {len(written)} values; at most {MOST_VALUES} are allowed")
    return Filter(column, operator, OPERATORS[operator].read(column, written, zone))


def _kept(text: str) -> ColumnElement[bool]:
    kept = select(CONTENTS.c.tracking_id).where(
        CONTENTS.c.tracking_id == EVENTS.c.tracking_id,
        or_(contains(CONTENTS.c.prompt, text), contains(CONTENTS.c.answer, text)),
    )
    return kept.exists()
