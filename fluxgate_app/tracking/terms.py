"""What beside tokens bears on the cost of a call: the tier that served it, searches, sound, the vendor's own bill."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from fluxgate_app.tracking.usage.counts import Raw, added, count, objects, part, tier_of

_NOTHING: Mapping[str, Any] = {}
# Where OpenAI counts tokens of audio, and where Gemini counts tokens of each modality.
_AUDIO_IN = {
    "prompt_tokens_details": "input_audio_tokens",
    "input_tokens_details": "input_audio_tokens",
    "completion_tokens_details": "output_audio_tokens",
    "output_tokens_details": "output_audio_tokens",
}
_BY_MODALITY = {
    "promptTokensDetails": "input_%s_tokens",
    "toolUsePromptTokensDetails": "input_%s_tokens",
    "cacheTokensDetails": "cache_%s_read_tokens",
    "candidatesTokensDetails": "output_%s_tokens",
}
_MODALITIES = {"AUDIO": "audio", "IMAGE": "image", "VIDEO": "video"}


class Terms(NamedTuple):
    """`tier` is genai-prices' context of a price, empty for the standard one; `media` counts tokens of audio,
    images and video by the names that it has for them; `reported` is USD, as the vendor itself billed.
    """

    tier: Mapping[str, str] = _NOTHING
    media: Mapping[str, int] = _NOTHING
    web_searches: int = 0
    reported: Decimal | None = None


STANDARD = Terms()


def terms_of(raw: Raw | None, captured: Mapping[str, Any]) -> Terms:
    """The terms in a vendor's raw usage, and in what else was captured of its answer (`serviceTier`, `webSearches`)."""
    if raw is None:
        raw = _NOTHING
        if not captured:
            return STANDARD
    return Terms(_tier(raw, captured), _media(raw), count(captured, "webSearches") or 0, _reported(raw))


def _tier(raw: Raw, captured: Mapping[str, Any]) -> Mapping[str, str]:
    tier = tier_of(captured.get("serviceTier"))
    speed = {"speed": "fast"} if raw.get("speed") == "fast" else _NOTHING
    if tier == "batch":
        return {"processing": "batch", **speed}
    return {"service_tier": tier, **speed} if tier else speed


def _media(raw: Raw) -> Mapping[str, int]:
    counted: dict[str, int] = {}
    for place, name in _AUDIO_IN.items():
        if place in raw and (tokens := count(part(raw, place), "audio_tokens")):
            counted[name] = counted.get(name, 0) + tokens
    for place, pattern in _BY_MODALITY.items():
        for one in objects(raw.get(place)):
            told = one.get("modality")
            kind = _MODALITIES.get(told) if isinstance(told, str) else None
            if kind and (tokens := count(one, "tokenCount")):
                counted[pattern % kind] = counted.get(pattern % kind, 0) + tokens
    return counted


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
