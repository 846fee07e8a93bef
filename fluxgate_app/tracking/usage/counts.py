"""Read token counts out of what a vendor sent, whatever it sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from fluxgate_app.tracking.record import Usage

Raw = Mapping[str, Any]

# What vendors call the tier that has no price of its own.
_STANDARD = ("", "default", "standard", "auto", "on_demand", "unspecified", "service_tier_unspecified")


def count(raw: Raw, name: str) -> int | None:
    """The whole number under this name, None where there is none."""
    value = raw.get(name)
    # By its type alone, as a truth value is an `int` too.
    return value if type(value) is int and value >= 0 else None


def part(raw: Raw, name: str) -> Raw:
    """The object under this name, empty where there is none."""
    value = raw.get(name)
    return value if type(value) is dict or isinstance(value, Mapping) else {}  # pyright: ignore[reportUnknownVariableType]


def objects(value: Any) -> list[Raw]:
    """The objects in a list; none in what is no list."""
    listed = cast("list[Any]", value) if isinstance(value, list) else []
    return [one for one in listed if isinstance(one, Mapping)]


def tier_of(told: Any) -> str | None:
    """A service tier in small letters; None for the standard one, by whatever name."""
    tier = told.lower() if isinstance(told, str) else ""
    return None if tier in _STANDARD else tier


def added(*counts: int | None) -> int | None:
    """The sum of those that are known, None when none is."""
    known = [one for one in counts if one is not None]
    return sum(known) if known else None


def inclusive(usage: Usage) -> Usage:
    """The same counts with totals that are never smaller than their parts (spec section 2, "Tokens and money")."""
    entered = _at_least(usage.input_tokens, added(usage.cached_tokens, usage.cache_write_tokens))
    written = _at_least(usage.output_tokens, usage.reasoning_tokens)
    cached = _at_least(usage.cache_write_tokens, usage.cache_write_1h_tokens)
    if (entered, written, cached) == (usage.input_tokens, usage.output_tokens, usage.cache_write_tokens):
        return usage
    return replace(usage, input_tokens=entered, output_tokens=written, cache_write_tokens=cached)


def _at_least(total: int | None, parts: int | None) -> int | None:
    return total if total is None or parts is None else max(total, parts)
