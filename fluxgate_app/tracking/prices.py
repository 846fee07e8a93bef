"""Price what was used; the one module that knows genai-prices."""

import logging
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from fluxgate_app.tracking.rates import rates
from fluxgate_app.tracking.record import CostOverride, CostSource, Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider

logger = logging.getLogger(__name__)

_MILLION = Decimal(1_000_000)
# Where the price list's name for a provider is not ours.
_LISTED_AS = {"xai": "x-ai"}
LOCAL = "local"


class Price(NamedTuple):
    """What a call cost in USD, None for unknown; how that is known, and by which list of prices."""

    cost: Decimal | None
    source: CostSource
    version: str | None


_UNPRICED = Price(None, CostSource.UNPRICED, None)


def cost(
    usage: Usage,
    provider: str,
    models: Iterable[str],
    at: datetime,
    *,
    override: CostOverride | None = None,
    estimated: bool = False,
) -> Price:
    """What this usage cost at that time; never raises.

    `models` are the names to look for, the surest first. The caller's own prices come before every list; the local
    model costs nothing, and so does a call that used nothing. `estimated` says that the counts are.
    """
    source = CostSource.ESTIMATED if estimated else CostSource.COMPUTED
    try:
        price, by = _price(usage, provider, models, at, override)
    except Exception:
        logger.warning("a call to %s could not be priced", provider, exc_info=True)
        return _UNPRICED
    return _UNPRICED if price is None else Price(price, source, by)


def _price(
    usage: Usage, provider: str, models: Iterable[str], at: datetime, override: CostOverride | None
) -> tuple[Decimal | None, str | None]:
    if override is not None:
        return _overridden(usage, override), "override"
    if provider == LOCAL:
        return Decimal(0), LOCAL
    if usage.input_tokens == 0 and usage.output_tokens == 0:
        return Decimal(0), None
    if usage.input_tokens is None and usage.output_tokens is None:
        return None, None
    return _listed(usage, provider, models, at), version()


@lru_cache(maxsize=1)
def version() -> str:
    """The price list and its version. Its first use reads the list in, which takes about half a second."""
    import genai_prices
    from genai_prices.data_snapshot import get_snapshot

    get_snapshot()
    return f"genai-prices {genai_prices.__version__}"


def _listed(usage: Usage, provider: str, models: Iterable[str], at: datetime) -> Decimal | None:
    found = next(filter(None, (_find(provider, model) for model in models)), None)
    # Audio has a price of its own each way, and the way is not among our counts.
    if found is None or usage.audio_tokens:
        return None
    entry = found[1].get_prices(at)
    try:
        if _adds_up(usage):
            return rates(entry, usage.input_tokens or 0, lambda probe: _asked(entry, probe)).of(usage)
        return _asked(entry, usage)
    except ValueError:
        return None


def _adds_up(usage: Usage) -> bool:
    """Whether no part is larger than its whole: what does not add up is the price list's to judge."""
    read, written, written_1h = (
        usage.cached_tokens or 0,
        usage.cache_write_tokens or 0,
        usage.cache_write_1h_tokens or 0,
    )
    return usage.input_tokens is not None and read + written <= usage.input_tokens and written_1h <= written


def _asked(entry: "ModelPrice", usage: Usage) -> Decimal:
    from genai_prices import Usage as Counts

    counts = Counts(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cached_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
    )
    return entry.calc_price(counts)["total_price"]


@lru_cache(maxsize=4096)
def _find(provider: str, model: str) -> "tuple[Provider, ModelInfo] | None":
    """The entry of the list, by the model's name or what stands behind its last slash (`models/gemini-2.5-pro`)."""
    from genai_prices.data_snapshot import get_snapshot

    listed = _LISTED_AS.get(provider, provider)
    for name in dict.fromkeys((model, model.rpartition("/")[2])):
        try:
            return get_snapshot().find_provider_model(name, None, listed, None)
        except LookupError:
            continue
    return None


def _overridden(usage: Usage, price: CostOverride) -> Decimal | None:
    """The cost by the caller's prices: a part without a price of its own is billed as the whole that it belongs to."""
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
