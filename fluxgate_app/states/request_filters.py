"""What the address of the list asks for, in the reader's words: a chip for each filter, whatever else is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from reflex.state import BaseState

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import Invalid
from fluxgate_app.events import filters, sorting, time_ranges
from fluxgate_app.events.filters import Filter
from fluxgate_app.events.operators import LISTED

Pairs = list[tuple[str, str]]

# A page has cursors and a length of its own; how figures are cut, and how a table looks, says nothing of which calls.
_NOT_ASKED = ("limit", "cursor", "columns", "density", "groupBy", "interval", "compare", "order")
_ANY_ORIGIN = ("origin", "all")
_TEXT_AND_TIME = ("q", "range", "from", "to", "timezone")
NAMED = ("account", "api_key")


@dataclass(frozen=True)
class Chip:
    """One filter: `name` as the address has it, its words, and what an editor needs; `trouble` says what is wrong."""

    name: str
    words: str
    column: str = ""
    operator: str = ""
    values: list[str] = field(default_factory=list)
    trouble: str = ""


@dataclass(frozen=True)
class Asked:
    """All that an address asks for; times are ISO, `query` is the address's own."""

    query: str = ""
    chips: list[Chip] = field(default_factory=list)
    span: str = ""
    since: str = ""
    until: str = ""
    sort: str = sorting.NEWEST_FIRST.name


def pairs_of(state: BaseState) -> Pairs:
    """The names and values of the tab's address."""
    pairs = parse_qsl(state.router.url.query)
    return [pair for pair in pairs if pair[0] not in _NOT_ASKED and pair != _ANY_ORIGIN]


def wanted(pairs: Pairs, now: datetime) -> tuple[filters.Filters, sorting.Sort]:
    """The filters and the order that the pairs mean. Raises Invalid, and says what is allowed."""
    return filters.parse(pairs, now), sorting.parse(dict(pairs).get("sort"))


def scope_of(identity: Identity) -> str | None:
    """Whose events they may see: None means everybody's."""
    return None if identity.is_admin else identity.account_id


def link(pairs: Iterable[tuple[str, str]]) -> str:
    """The address of the list with these filters."""
    query = urlencode(list(pairs))
    return f"/requests?{query}" if query else "/requests"


def asked(pairs: Pairs, now: datetime, names: Mapping[str, str]) -> Asked:
    """What the pairs say; one that cannot be is a chip with its trouble, so that it can be taken away."""
    time, sort, troubles = time_ranges.ALWAYS, sorting.NEWEST_FIRST, list[Chip]()
    try:
        time = filters.parse(_only(pairs, _TEXT_AND_TIME), now).time
    except Invalid as error:
        troubles += [_impossible(name, pairs, error) for name in dict(_only(pairs, _TEXT_AND_TIME))]
    try:
        sort = sorting.parse(dict(pairs).get("sort"))
    except Invalid as error:
        troubles.append(_impossible("sort", pairs, error))
    return Asked(
        query=urlencode(pairs),
        chips=[*troubles, *_chips(pairs, now, names)],
        span=time.span or "",
        since=time.since.isoformat() if time.since else "",
        until=time.until.isoformat() if time.until else "",
        sort=sort.name,
    )


def ids(pairs: Pairs, now: datetime) -> set[str]:
    """Whose names the filters are about."""
    named = [each for each in _each(pairs, now).values() if isinstance(each, Filter) and each.column.attribute in NAMED]
    return {value for each in named for value in each.values if isinstance(value, str)}


def _each(pairs: Pairs, now: datetime) -> dict[str, Filter | Invalid]:
    """Each filter of a column by its name in the address, read alone, or why it cannot be."""
    found: dict[str, Filter | Invalid] = {}
    listed = f".{LISTED}"
    for name in dict.fromkeys(name.removesuffix(listed) for name, _ in pairs if name not in (*_TEXT_AND_TIME, "sort")):
        try:
            found[name] = filters.parse(_only(pairs, (name, name + listed, "timezone")), now).columns[0]
        except Invalid as error:
            found[name] = error
    return found


def _chips(pairs: Pairs, now: datetime, names: Mapping[str, str]) -> list[Chip]:
    return [
        _impossible(name, pairs, each) if isinstance(each, Invalid) else _chip(name, each, names)
        for name, each in _each(pairs, now).items()
    ]


def _chip(name: str, each: Filter, names: Mapping[str, str]) -> Chip:
    shown = each
    if each.column.attribute in NAMED:
        shown = replace(each, values=tuple(names.get(str(value), value) for value in each.values))
    values = [text for _, text in each.pairs]
    return Chip(name, shown.words, each.column.name, each.operator, values)


def _impossible(name: str, pairs: Pairs, error: Invalid) -> Chip:
    return Chip(name, f"{name} is {_written(pairs, name)}", trouble=error.message)


def _only(pairs: Pairs, names: tuple[str, ...]) -> Pairs:
    return [pair for pair in pairs if pair[0] in names]


def _written(pairs: Pairs, name: str) -> str:
    return ", ".join(value[:50] for key, value in pairs if key.removesuffix(f".{LISTED}") == name)[:100]
