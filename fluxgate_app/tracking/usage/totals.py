"""A vendor's own total beside the sum of its parts: where they differ, that is kept and shown."""

from typing import Any, NamedTuple

from fluxgate_app.tracking.usage.counts import Raw, count, part


class Sum(NamedTuple):
    """Names of a total and of its parts; `apart` is a detail of `details` that some servers count beside them."""

    total: str
    parts: tuple[str, ...]
    details: str = ""
    apart: str = ""


_SUMS = (
    Sum("total_tokens", ("prompt_tokens", "completion_tokens"), "completion_tokens_details", "reasoning_tokens"),
    Sum("total_tokens", ("input_tokens", "output_tokens"), "output_tokens_details", "reasoning_tokens"),
    Sum(
        "totalTokenCount",
        ("promptTokenCount", "candidatesTokenCount", "toolUsePromptTokenCount", "thoughtsTokenCount"),
    ),
)


def disputed(raw: Raw | None) -> dict[str, Any]:
    """`vendorTotalTokens` where the vendor's total is not what its parts add up to, by any convention known."""
    if raw is None:
        return {}
    for one in _SUMS:
        total = count(raw, one.total)
        if total is None or count(raw, one.parts[0]) is None:
            continue
        summed = sum(count(raw, name) or 0 for name in one.parts)
        if total not in (summed, summed + (count(part(raw, one.details), one.apart) or 0)):
            return {"vendorTotalTokens": total}
    return {}
