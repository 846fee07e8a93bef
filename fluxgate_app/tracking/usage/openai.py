"""OpenAI's usage as token counts."""

from fluxgate_app.tracking.record import Usage
from fluxgate_app.tracking.usage.counts import Raw, added, count, inclusive, part


def chat_usage(raw: Raw) -> Usage:
    """Counts of a chat completion."""
    return _usage(raw, "prompt", "completion")


def response_usage(raw: Raw) -> Usage:
    """Counts of a response, which are the same under other names."""
    return _usage(raw, "input", "output")


def embedding_usage(raw: Raw) -> Usage:
    """Counts of embeddings, which have an input alone."""
    return Usage(input_tokens=count(raw, "prompt_tokens"), output_tokens=0)


def _usage(raw: Raw, entered: str, written: str) -> Usage:
    """The counts under these names, which include their details.

    Some compatible servers (xAI, Google) leave reasoning out of what was written but not out of `total_tokens`; then
    the total decides.
    """
    before, after = part(raw, f"{entered}_tokens_details"), part(raw, f"{written}_tokens_details")
    input_tokens, output_tokens, total = (count(raw, f"{name}_tokens") for name in (entered, written, "total"))
    if input_tokens is not None and total is not None:
        output_tokens = max(output_tokens or 0, total - input_tokens)
    return inclusive(
        Usage(
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cached_tokens=count(before, "cached_tokens"),
            cache_write_tokens=count(before, "cache_write_tokens"),
            reasoning_tokens=count(after, "reasoning_tokens"),
            audio_tokens=added(count(before, "audio_tokens"), count(after, "audio_tokens")),
        )
    )
