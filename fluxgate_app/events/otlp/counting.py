"""Token counts of a span as totals that include their parts."""

from fluxgate_app.events.otlp.span import Attributes
from fluxgate_app.events.otlp.vocabulary import (
    AUDIO_IN,
    AUDIO_OUT,
    CACHE_WRITE,
    CACHE_WRITE_1H,
    CACHED,
    INPUT,
    OUTPUT,
    REASONING,
    TOTAL,
    count,
)
from fluxgate_app.tracking.record import Kind, Usage
from fluxgate_app.tracking.usage.counts import added, inclusive


def totals(attributes: Attributes, kind: Kind) -> Usage:
    """The counts of this span. Raises Invalid.

    Both vocabularies want totals that include their parts, whatever the vendor's own counts do. Some instrumentations
    pass on what the vendor said: that a part is larger than its whole, or that the span's own total has room for it
    beside the whole, says that it was left out (Anthropic's cache, Google's thoughts).
    """
    entered, written, total = (count(attributes, names) for names in (INPUT, OUTPUT, TOTAL))
    cached, cache_write, reasoning = (count(attributes, names) for names in (CACHED, CACHE_WRITE, REASONING))
    cache = added(cached, cache_write)
    beside = None if total is None else total - (entered or 0) - (written or 0)
    if cache and entered is not None and (entered < cache or beside in (cache, cache + (reasoning or 0))):
        entered += cache
        beside = beside and beside - cache
    if reasoning and written is not None and (written < reasoning or beside == reasoning):
        written += reasoning
    if written is None and entered is not None and kind == "embedding":
        written = 0
    return inclusive(
        Usage(
            input_tokens=entered,
            output_tokens=written,
            cached_tokens=cached,
            cache_write_tokens=cache_write,
            cache_write_1h_tokens=count(attributes, CACHE_WRITE_1H),
            reasoning_tokens=reasoning,
            audio_tokens=added(count(attributes, AUDIO_IN), count(attributes, AUDIO_OUT)),
        )
    )
