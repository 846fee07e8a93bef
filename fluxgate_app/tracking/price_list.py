"""The public price list, offline; the one module that knows genai-prices."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from fluxgate_app.tracking.rates import Rates, rates
from fluxgate_app.tracking.record import Usage
from fluxgate_app.tracking.terms import STANDARD, Terms

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider

# Where the price list's name for a provider is not ours.
_LISTED_AS = {"xai": "x-ai"}
# Never as cheap as text.
_AUDIO = ("input_audio_tokens", "output_audio_tokens")


class Listed(NamedTuple):
    """USD by the list; not `exact` where it has none for the tier or the searches, and the standard one stands in."""

    cost: Decimal
    exact: bool = True


@lru_cache(maxsize=1)
def version() -> str:
    """The price list and its version. Its first use reads the list in, which takes about half a second."""
    import genai_prices
    from genai_prices.data_snapshot import get_snapshot

    get_snapshot()
    return f"genai-prices {genai_prices.__version__}"


def listed(usage: Usage, provider: str, models: Iterable[str], at: datetime, terms: Terms) -> Listed | None:
    """What this usage cost at that time by the list; None for a model, or a kind of token, that it has no price for."""
    found = next(filter(None, (_find(provider, model) for model in models)), None)
    if found is None or _is_unheard(usage, terms):
        return None
    entry = found[1].get_prices(at, terms.tier or None)
    try:
        if terms != STANDARD:
            return _special(entry, found[1], usage, at, terms)
        if _adds_up(usage):
            return Listed(rates(entry, usage.input_tokens or 0, lambda probe: _asked(entry, probe)).of(usage))
        return Listed(_asked(entry, usage))
    except ValueError:
        return None


def listed_rates(usage: Usage, provider: str, models: Iterable[str], at: datetime) -> Rates | None:
    """The standard rates of this usage at that time; None for what has none, or whose parts do not add up."""
    found = next(filter(None, (_find(provider, model) for model in models)), None)
    if found is None or usage.audio_tokens or not _adds_up(usage):
        return None
    entry = found[1].get_prices(at, None)
    try:
        return rates(entry, usage.input_tokens or 0, lambda probe: _asked(entry, probe))
    except ValueError:
        return None


def _special(entry: "ModelPrice", model: "ModelInfo", usage: Usage, at: datetime, terms: Terms) -> Listed | None:
    """The long way, for what the rates of plain tokens do not cover."""
    priced = vars(entry)
    if any(not priced.get(_price_of(name)) for name in terms.media if name in _AUDIO):
        return None
    # Images and video without a price of their own cost what text does.
    media = {name: tokens for name, tokens in terms.media.items() if priced.get(_price_of(name))}
    searches = {"web_searches": terms.web_searches} if priced.get("web_searches_kcount") else {}
    exact = (not terms.web_searches or bool(searches)) and (not terms.tier or _has_tier(model, at, terms.tier))
    return Listed(_asked(entry, usage, **media, **searches), exact)


def _price_of(tokens: str) -> str:
    return tokens.removesuffix("_tokens") + "_mtok"


def _has_tier(model: "ModelInfo", at: datetime, tier: Mapping[str, str]) -> bool:
    """Whether some price of that time is for this tier: of a tier that it does not know, the list tells the standard
    price and says nothing.
    """
    return any(
        variant.when.items() <= tier.items() and (variant.constraint is None or variant.constraint.active(at))
        for variant in model.price_variants or ()
    )


def _is_unheard(usage: Usage, terms: Terms) -> bool:
    """Audio has a price of its own each way: unless it is known which way it went, it has none."""
    return bool(usage.audio_tokens) and not any("audio" in name for name in terms.media)


def _adds_up(usage: Usage) -> bool:
    """Whether no part is larger than its whole: what does not add up is the price list's to judge."""
    read, written, written_1h = (
        usage.cached_tokens or 0,
        usage.cache_write_tokens or 0,
        usage.cache_write_1h_tokens or 0,
    )
    return usage.input_tokens is not None and read + written <= usage.input_tokens and written_1h <= written


def _asked(entry: "ModelPrice", usage: Usage, **more: int) -> Decimal:
    from genai_prices import Usage as Counts

    counts = Counts(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cached_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_write_1h_tokens=usage.cache_write_1h_tokens,
        **more,
    )
    return entry.calc_price(counts)["total_price"]


@lru_cache(maxsize=4096)
def _find(provider: str, model: str) -> "tuple[Provider, ModelInfo] | None":
    """The entry of the list, by the model's name or what stands behind its last slash (`models/gemini-2.5-pro`)."""
    from genai_prices.data_snapshot import get_snapshot

    name_there = _LISTED_AS.get(provider, provider)
    for name in dict.fromkeys((model, model.rpartition("/")[2])):
        try:
            return get_snapshot().find_provider_model(name, None, name_there, None)
        except LookupError:
            continue
    return None
