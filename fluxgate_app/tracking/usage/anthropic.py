"""Anthropic's usage as token counts."""

from typing import Any

from fluxgate_app.tracking.record import Usage
from fluxgate_app.tracking.usage.counts import Raw, added, count, inclusive, part, tier_of


def message_usage(raw: Raw) -> Usage:
    """Counts of a message: `input_tokens` leaves out what was read from and written to the cache, so both are added."""
    split = part(raw, "cache_creation")
    for_5m, for_1h = count(split, "ephemeral_5m_input_tokens"), count(split, "ephemeral_1h_input_tokens")
    read, written = count(raw, "cache_read_input_tokens"), count(raw, "cache_creation_input_tokens")
    written = max(filter(None, (written, added(for_5m, for_1h))), default=written)
    fresh = count(raw, "input_tokens")
    return inclusive(
        Usage(
            input_tokens=None if fresh is None else added(fresh, read, written),
            output_tokens=count(raw, "output_tokens"),
            cached_tokens=read,
            cache_write_tokens=written,
            cache_write_1h_tokens=for_1h,
            reasoning_tokens=count(part(raw, "output_tokens_details"), "thinking_tokens"),
        )
    )


def message_facts(raw: Raw) -> dict[str, Any]:
    """What else the usage of a message says: tier, region, the longest cache lifetime written, web searches."""
    split = part(raw, "cache_creation")
    told = {
        "serviceTier": tier_of(raw.get("service_tier")),
        "region": raw.get("inference_geo"),
        "cacheTtl": "1h" if split.get("ephemeral_1h_input_tokens") else None,
        "webSearches": count(part(raw, "server_tool_use"), "web_search_requests") or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def merged(start: Raw, delta: Raw) -> dict[str, Any]:
    """A stream's `message_start` with a later `message_delta` laid over it.

    Deltas are cumulative, so they replace and are never added; a count that they leave out or that went down (some
    servers send zeros) keeps its earlier value, as does the split by cache lifetime, which only the start has.
    """
    later = {name: value for name, value in delta.items() if value is not None}
    for name in later:
        before, after = count(start, name), count(later, name)
        if before is not None and after is not None:
            later[name] = max(before, after)
    return {**start, **later}
