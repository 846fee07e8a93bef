"""How a conversation is answered, as the page fills it in."""

from typing import Any

from fluxgate_app.chat.manners import Manner
from fluxgate_app.errors import Invalid

Filled = dict[str, Any]


def filled(manner: Manner) -> Filled:
    """What the page shows: texts, empty for what the provider decides."""
    return {
        "persona": manner.persona or "",
        "temperature": "" if manner.temperature is None else f"{manner.temperature:g}",
        "maxTokens": "" if manner.max_tokens is None else str(manner.max_tokens),
        "streamed": manner.is_streamed,
    }


def manner(values: Filled) -> Manner:
    """What was filled in. Raises Invalid for what no provider would take."""
    persona, temperature, most = (
        str(values.get(name) or "").strip() for name in ("persona", "temperature", "maxTokens")
    )
    return Manner(
        persona or None,
        _number(float, temperature, "The temperature must be 0 to 2, or left out"),
        _number(int, most, "The longest answer must be a whole number of tokens, or left out"),
        values.get("streamed") is not False,
    ).checked()


def _number(kind: Any, text: str, refusal: str) -> Any:
    try:
        return kind(text) if text else None
    except ValueError:
        raise Invalid(refusal) from None
