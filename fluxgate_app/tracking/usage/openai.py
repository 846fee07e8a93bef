"""OpenAI's usage as token counts."""

from fluxgate_app.tracking.record import Usage
from fluxgate_app.tracking.usage.counts import Raw, added, count, inclusive, part


def chat_usage(raw: Raw) -> Usage:
    """Counts of a chat completion: `prompt_tokens` and `completion_tokens` include their details.

    Some compatible servers (xAI, Google) leave reasoning out of `completion_tokens` but not out of `total_tokens`;
    then the total decides.
    """
    before, after = part(raw, "prompt_tokens_details"), part(raw, "completion_tokens_details")
    prompt, completion, total = (count(raw, f"{name}_tokens") for name in ("prompt", "completion", "total"))
    if prompt is not None and total is not None:
        completion = max(completion or 0, total - prompt)
    return inclusive(
        Usage(
            input_tokens=prompt,
            output_tokens=completion,
            cached_tokens=count(before, "cached_tokens"),
            cache_write_tokens=count(before, "cache_write_tokens"),
            reasoning_tokens=count(after, "reasoning_tokens"),
            audio_tokens=added(count(before, "audio_tokens"), count(after, "audio_tokens")),
        )
    )


def embedding_usage(raw: Raw) -> Usage:
    """Counts of embeddings, which have an input alone."""
    return Usage(input_tokens=count(raw, "prompt_tokens"), output_tokens=0)
