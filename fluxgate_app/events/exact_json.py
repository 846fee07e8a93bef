"""JSON in which money is an exact number: 0.0000015, never 1.5e-06 and never a rounded float."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from types import NoneType
from typing import Any, cast


def json_text(value: Any) -> str:
    """The value as compact JSON. Times become RFC 3339 in UTC with milliseconds; a float that is no number is null."""
    return _WRITERS.get(value.__class__, _other)(value)


def _other(value: Any) -> str:
    """What is of a type that is like one of those that have a writer."""
    if isinstance(value, Mapping):
        return _object(cast(Mapping[Any, Any], value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _array(cast(Sequence[Any], value))
    for kind, written in _WRITERS.items():
        if isinstance(value, kind):
            return written(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _object(items: Mapping[Any, Any]) -> str:
    named = [f"{_name(str(name))}:{_WRITERS.get(item.__class__, _other)(item)}" for name, item in items.items()]
    return f"{{{','.join(named)}}}"


def _array(items: Iterable[Any]) -> str:
    return f"[{','.join([_WRITERS.get(item.__class__, _other)(item) for item in items])}]"


def _float(value: float) -> str:
    return float.__repr__(value) if math.isfinite(value) else "null"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _time(value: datetime) -> str:
    return f'"{utc_text(value)}"'


def _money(value: Decimal) -> str:
    return f"{value.normalize():f}"


# The same few names come again and again.
_name = lru_cache(maxsize=1024)(encode_basestring)
# One look-up for each value: a thousand points of a chart have thirty thousand of them.
_WRITERS: dict[type[Any], Callable[[Any], str]] = {
    NoneType: lambda _: "null",
    bool: _boolean,
    str: encode_basestring,
    int: int.__repr__,
    float: _float,
    Decimal: _money,
    datetime: _time,
    dict: _object,
    list: _array,
    tuple: _array,
}


def json_name(attribute: str) -> str:
    """The attribute's name in JSON: `cache_write_1h_tokens` is `cacheWrite1hTokens`."""
    first, *others = attribute.split("_")
    return first + "".join(map(str.capitalize, others))


def utc_text(moment: datetime) -> str:
    """The moment as `2026-03-01T12:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
