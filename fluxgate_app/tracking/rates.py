"""Prices per token, worked out once for each price list entry and tier: asking genai-prices costs 60 µs a call."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from fluxgate_app.tracking.record import Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice

Price = Callable[[Usage], Decimal]


class Rates(NamedTuple):
    """USD within one tier: of `base` fresh input tokens, and of what each token more or other adds to that.

    A tier is chosen by all input tokens together, so within one the cost grows evenly with every count.
    """

    base: int
    cost: Decimal
    input: Decimal
    output: Decimal
    cached: Decimal
    cache_write: Decimal
    cache_write_1h: Decimal

    def of(self, usage: Usage) -> Decimal:
        """What this usage costs."""
        return (
            self.cost
            + ((usage.input_tokens or 0) - self.base) * self.input
            + (usage.output_tokens or 0) * self.output
            + (usage.cached_tokens or 0) * self.cached
            + (usage.cache_write_tokens or 0) * self.cache_write
            + (usage.cache_write_1h_tokens or 0) * self.cache_write_1h
        )


# By the identity of an entry, which is held on to so that no other gets the same, and where its tier begins.
_known: dict[tuple[int, int], Rates] = {}
_tiers: dict[int, tuple["ModelPrice", tuple[int, ...]]] = {}


def rates(entry: "ModelPrice", input_tokens: int, price: Price) -> Rates:
    """The rates of this entry for a call with so many input tokens; `price` asks for the cost of a whole usage."""
    held = _tiers.get(id(entry))
    if held is None:
        held = _tiers[id(entry)] = entry, _starts(entry)
    starts = held[1]
    start = max((start for start in starts if input_tokens > start), default=0)
    found = _known.get((id(entry), start))
    if found is None:
        found = _known[id(entry), start] = _asked(start + 1, price)
    return found


def _starts(entry: "ModelPrice") -> tuple[int, ...]:
    from genai_prices.types import TieredPrices

    tiered = (value for value in vars(entry).values() if isinstance(value, TieredPrices))
    return tuple(sorted({tier.start for value in tiered for tier in value.tiers}))


def _asked(base: int, price: Price) -> Rates:
    cost, written = price(Usage(base, 0)), price(Usage(base, 0, cache_write_tokens=1))
    return Rates(
        base,
        cost,
        input=price(Usage(base + 1, 0)) - cost,
        output=price(Usage(base, 1)) - cost,
        cached=price(Usage(base, 0, 1)) - cost,
        cache_write=written - cost,
        cache_write_1h=price(Usage(base, 0, cache_write_tokens=1, cache_write_1h_tokens=1)) - written,
    )
