"""Counts as programs send them become totals that include their parts (spec section 6)."""

from fluxgate_app.events.ingest.shapes import CountsA, CountsB, ExactCounts, ShapeB
from fluxgate_app.tracking.record import Usage
from fluxgate_app.tracking.usage.counts import added, inclusive

_FOR_AN_HOUR = ("1h", "3600")


def totals_a(usage: CountsA) -> Usage:
    """Counts of shape A are totals already."""
    return inclusive(Usage(usage.input_tokens, usage.output_tokens, usage.cached_tokens))


def totals_b(event: ShapeB, provider: str) -> Usage:
    """The vendor's counts as totals: Anthropic leaves the cache out of its input, Google thoughts out of its output."""
    raw: CountsB = event.usage
    entered, written = raw.prompt_tokens, raw.completion_tokens
    if provider == "anthropic":
        entered = None if entered is None else added(entered, raw.cache_read_tokens, raw.cache_write_tokens)
    if provider == "google":
        written = None if written is None else added(written, raw.reasoning_tokens)
    for_an_hour = event.metadata.cache_ttl in _FOR_AN_HOUR
    return inclusive(
        Usage(
            input_tokens=entered,
            output_tokens=written,
            cached_tokens=raw.cache_read_tokens,
            cache_write_tokens=raw.cache_write_tokens,
            cache_write_1h_tokens=raw.cache_write_tokens if for_an_hour else None,
            reasoning_tokens=raw.reasoning_tokens,
        )
    )


def exact(tokens: ExactCounts) -> Usage:
    """Counts of our own clients, every kind by its name."""
    return inclusive(
        Usage(
            tokens.input_tokens,
            tokens.output_tokens,
            tokens.cached_tokens,
            tokens.cache_write_tokens,
            tokens.cache_write_1h_tokens,
            tokens.reasoning_tokens,
            tokens.audio_tokens,
        )
    )
