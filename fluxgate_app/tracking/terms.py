"""What beside tokens bears on the cost of a call: the tier that served it, searches, sound, the vendor's own bill."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from fluxgate_app.tracking.usage.counts import Raw, added, count, objects, part, tier_of

_NOTHING: Mapping[str, Any] = {}
# Where tokens of audio are counted: by OpenAI in details, by Gemini in lists by modality.
_SOUND = {
    "input_audio_tokens": (
        ("prompt_tokens_details", "input_tokens_details"),
        ("promptTokensDetails", "toolUsePromptTokensDetails"),
    ),
    "cache_audio_read_tokens": ((), ("cacheTokensDetails",)),
    "output_audio_tokens": (("completion_tokens_details", "output_tokens_details"), ("candidatesTokensDetails",)),
}


class Terms(NamedTuple):
    """`tier` is genai-prices' context of a price, empty for the standard one; `sound` counts tokens of audio by the
    names that it has for them; `reported` is USD, as the vendor itself billed.
    """

    tier: Mapping[str, str] = _NOTHING
    sound: Mapping[str, int] = _NOTHING
    web_searches: int = 0
    reported: Decimal | None = None


STANDARD = Terms()


def terms_of(raw: Raw | None, captured: Mapping[str, Any]) -> Terms:
    """The terms in a vendor's raw usage, and in what else was captured of its answer (`serviceTier`, `webSearches`)."""
    if raw is None:
        raw = _NOTHING
        if not captured:
            return STANDARD
    return Terms(_tier(raw, captured), _sound(raw), count(captured, "webSearches") or 0, _reported(raw))


def _tier(raw: Raw, captured: Mapping[str, Any]) -> Mapping[str, str]:
    tier = tier_of(captured.get("serviceTier"))
    speed = {"speed": "fast"} if raw.get("speed") == "fast" else _NOTHING
    if tier == "batch":
        return {"processing": "batch", **speed}
    return {"service_tier": tier, **speed} if tier else speed


def _sound(raw: Raw) -> Mapping[str, int]:
    heard = {name: _heard(raw, *places) for name, places in _SOUND.items()}
    return {name: tokens for name, tokens in heard.items() if tokens}


def _heard(raw: Raw, details: Iterable[str], lists: Iterable[str]) -> int:
    counted = sum(count(part(raw, name), "audio_tokens") or 0 for name in details if name in raw)
    return counted + sum(spoken(raw[name]) or 0 for name in lists if name in raw)


def spoken(details: Any) -> int | None:
    """The tokens of audio in Gemini's list of counts by modality, None where there are none."""
    return added(*(count(one, "tokenCount") for one in objects(details) if one.get("modality") == "AUDIO"))


def _reported(raw: Raw) -> Decimal | None:
    """`cost` of OpenRouter and LiteLLM; with a key of one's own, the vendor's bill comes on top of OpenRouter's.

    https://openrouter.ai/docs/use-cases/usage-accounting
    """
    cost = raw.get("cost")
    told = _usd(part(raw, "cost").get("total_cost") if isinstance(cost, Mapping) else cost)
    if told is not None and raw.get("is_byok") is True:
        upstream = _usd(part(raw, "cost_details").get("upstream_inference_cost"))
        return None if upstream is None else told + upstream
    return told


def _usd(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None
