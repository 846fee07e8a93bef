"""JSON in which money is an exact number: 0.0000015, never 1.5e-06 and never a rounded float."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

# Made once: `json.dumps` makes a new encoder for every value.
_plain = json.JSONEncoder(ensure_ascii=False).encode
# The same few names come again and again.
_name = lru_cache(maxsize=1024)(_plain)


def json_text(value: Any) -> str:
    """The value as compact JSON. Times become RFC 3339 in UTC with milliseconds; a float that is no number is null."""
    if value is None or isinstance(value, str | int):
        return _plain(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return f'"{utc_text(value)}"'
    if isinstance(value, Mapping):
        items = cast(Mapping[Any, Any], value).items()
        return "{" + ",".join(f"{_name(str(name))}:{json_text(item)}" for name, item in items) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(json_text, cast(Sequence[Any], value))) + "]"
    return _plain(value) if math.isfinite(value) else "null"


def json_name(attribute: str) -> str:
    """The attribute's name in JSON: `cache_write_1h_tokens` is `cacheWrite1hTokens`."""
    first, *others = attribute.split("_")
    return first + "".join(map(str.capitalize, others))


def utc_text(moment: datetime) -> str:
    """The moment as `2026-03-01T12:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
