"""Gemini's usage as token counts."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from fluxgate_app.tracking.record import Usage
from fluxgate_app.tracking.terms import spoken
from fluxgate_app.tracking.usage.counts import Raw, added, count, inclusive, objects, tier_of


def generate_facts(raw: Raw, model: str, queries: Collection[str]) -> dict[str, Any]:
    """What else is known of generated content: its tier, and what its searches are billed as.

    Up to Gemini 2.5 a grounded prompt is billed once, from Gemini 3 on each query of it.
    https://ai.google.dev/gemini-api/docs/google-search
    """
    told: dict[str, Any] = {}
    if tier := tier_of(raw.get("serviceTier")):
        told["serviceTier"] = tier
    if queries:
        told["webSearches"] = 1 if model.startswith(("gemini-1", "gemini-2")) else len(queries)
    return told


def embed_usage(raw: Raw) -> Usage:
    """Counts of embeddings, which have an input alone: of all together, or one by one in `statistics`, as floats."""
    each = raw.get("statistics")
    if isinstance(each, list):
        counted = [one.get("tokenCount") for one in objects(each)]
        return Usage(input_tokens=added(*(int(n) if isinstance(n, float) else None for n in counted)), output_tokens=0)
    return replace(generate_usage(raw), output_tokens=0)


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
            audio_tokens=added(*(spoken(raw.get(name)) for name in details)),
        )
    )
