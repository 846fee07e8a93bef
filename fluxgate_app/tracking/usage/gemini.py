"""Gemini's usage as token counts."""

from typing import Any, cast

from fluxgate_app.tracking.record import Usage
from fluxgate_app.tracking.usage.counts import Raw, added, count, inclusive


def generate_usage(raw: Raw) -> Usage:
    """Counts of generated content, from the names of the wire (`promptTokenCount`).

    The prompt includes what was cached but not the results of tools, the candidates leave out thoughts: input is
    prompt + tool use, output is candidates + thoughts.
    """
    thoughts = count(raw, "thoughtsTokenCount")
    details = ("promptTokensDetails", "toolUsePromptTokensDetails", "candidatesTokensDetails")
    return inclusive(
        Usage(
            input_tokens=added(count(raw, "promptTokenCount"), count(raw, "toolUsePromptTokenCount")),
            output_tokens=added(count(raw, "candidatesTokenCount"), thoughts),
            cached_tokens=count(raw, "cachedContentTokenCount"),
            reasoning_tokens=thoughts,
            audio_tokens=added(*(_audio(raw.get(name)) for name in details)),
        )
    )


def _audio(details: Any) -> int | None:
    if not isinstance(details, list):
        return None
    listed = cast("list[Raw]", details)
    return added(*(count(one, "tokenCount") for one in listed if one.get("modality") == "AUDIO"))
