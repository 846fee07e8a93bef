"""Price what was used: by the caller's own prices, an admin's rules, the vendor's bill, or the public list."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import NamedTuple

from fluxgate_app.tracking.price_list import listed, version
from fluxgate_app.tracking.record import CostOverride, CostSource, Usage
from fluxgate_app.tracking.terms import STANDARD, Terms

logger = logging.getLogger(__name__)

_MILLION = Decimal(1_000_000)
LOCAL = "local"


class Price(NamedTuple):
    """What a call cost in USD, None for unknown; how that is known, and by which list of prices."""

    cost: Decimal | None
    source: CostSource
    version: str | None


UNPRICED = Price(None, CostSource.UNPRICED, None)


@dataclass(frozen=True, slots=True)
class PriceRule:
    """Prices that an admin set: for a provider ("*" for any) and its models by a pattern such as `gpt-4o*`, from a
    moment on. `id` is kept as the price version of what it priced.
    """

    id: str
    provider: str
    model: str
    since: datetime
    price: CostOverride

    def means(self, provider: str, model: str, at: datetime) -> bool:
        """Whether it is for this call."""
        return self.since <= at and self.provider in ("*", provider) and fnmatchcase(model, self.model)

    @property
    def rank(self) -> tuple[bool, int, datetime]:
        """Of several that mean a call the highest counts: named provider, longest pattern, newest."""
        return self.provider != "*", len(self.model.replace("*", "")), self.since


@dataclass(frozen=True, slots=True)
class Prices:
    """Where prices are looked for, in this order: the call's own, `rules`, what the vendor reported, `own` by model
    (what an endpoint states), the public list, there under the provider's name or that of `listed_as`.
    """

    rules: Callable[[], Sequence[PriceRule]] = tuple
    own: Mapping[str, CostOverride] = field(default_factory=dict[str, CostOverride])
    listed_as: str | None = None

    def cost(
        self,
        usage: Usage,
        provider: str,
        models: Iterable[str],
        at: datetime,
        *,
        terms: Terms = STANDARD,
        override: CostOverride | None = None,
        estimated: bool = False,
    ) -> Price:
        """What this usage cost at that time; never raises.

        `models` are the names to look for, the surest first. The local model costs nothing, and so does a call that
        used nothing. `estimated` says that the counts are, which a bill of the vendor's does not depend on.
        """
        try:
            bill = Bill(usage, provider, tuple(models), at, terms)
            price = self._told(bill, override) or self._known(bill)
        except Exception:
            logger.warning("a call to %s could not be priced", provider, exc_info=True)
            return UNPRICED
        if price.cost is None:
            return UNPRICED
        if estimated and price.source is not CostSource.REPORTED:
            return price._replace(source=CostSource.ESTIMATED)
        return price

    def _told(self, bill: "Bill", override: CostOverride | None) -> Price | None:
        """By what somebody said of this very call, model or endpoint."""
        if override is not None:
            return _computed(overridden(bill.usage, override), "override")
        if rule := self._rule(bill):
            return _computed(overridden(bill.usage, rule.price), rule.id)
        if bill.terms.reported is not None:
            return Price(bill.terms.reported, CostSource.REPORTED, None)
        own = next(filter(None, (self.own.get(model) for model in bill.models)), None)
        return _computed(overridden(bill.usage, own), "endpoint") if own else None

    def _known(self, bill: "Bill") -> Price:
        """By the public list; what runs here, or used nothing, costs nothing."""
        if bill.provider == LOCAL:
            return _computed(Decimal(0), LOCAL)
        if bill.usage.input_tokens == 0 and bill.usage.output_tokens == 0 and not bill.terms.web_searches:
            return _computed(Decimal(0), None)
        if bill.usage.input_tokens is None and bill.usage.output_tokens is None:
            return UNPRICED
        found = listed(bill.usage, self.listed_as or bill.provider, bill.models, bill.at, bill.terms)
        if found is None:
            return UNPRICED
        return Price(found.cost, CostSource.COMPUTED if found.exact else CostSource.ESTIMATED, version())

    def _rule(self, bill: "Bill") -> PriceRule | None:
        rules = self.rules()
        if not rules:
            return None
        meant = [rule for rule in rules if any(rule.means(bill.provider, model, bill.at) for model in bill.models)]
        return max(meant, key=lambda rule: rule.rank, default=None)


class Bill(NamedTuple):
    """What is to be priced."""

    usage: Usage
    provider: str
    models: tuple[str, ...]
    at: datetime
    terms: Terms


LISTED = Prices()


def overridden(usage: Usage, price: CostOverride) -> Decimal | None:
    """The cost by prices of one's own: a part without a price of its own is billed as the whole that it belongs to."""
    read, written, reasoning = (n or 0 for n in (usage.cached_tokens, usage.cache_write_tokens, usage.reasoning_tokens))
    parts = (
        ((usage.input_tokens or 0) - read - written, price.input),
        (read, price.input if price.cache_read is None else price.cache_read),
        (written, price.input if price.cache_write is None else price.cache_write),
        ((usage.output_tokens or 0) - reasoning, price.output),
        (reasoning, price.output if price.reasoning is None else price.reasoning),
    )
    total = Decimal(0)
    for count, per_million in parts:
        if count and per_million is None:
            return None
        total += count * (per_million or 0) / _MILLION
    return total


def _computed(cost: Decimal | None, by: str | None) -> Price:
    return Price(cost, CostSource.COMPUTED, by)
