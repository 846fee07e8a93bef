"""What a call used: counted by the vendor as far as it got, estimated beyond that."""

import logging
from dataclasses import replace
from typing import Any, NamedTuple

from fluxgate_app.tracking.record import Usage
from fluxgate_app.tracking.usage.estimate import texts, tokens_in
from fluxgate_app.tracking.vendor import Answer

logger = logging.getLogger(__name__)


class Used(NamedTuple):
    """Token counts, the vendor's own words for them, and whether any of them is estimated."""

    usage: Usage
    raw: dict[str, Any] | None
    estimated: bool


# Of a call that never left, or that the vendor refused.
NOTHING = Used(Usage(input_tokens=0, output_tokens=0), None, False)
UNKNOWN = Used(Usage(), None, False)


def used(answer: Answer, prompt: Any, model: str) -> Used:
    """What this model's answer to this prompt used (spec section 2: exact where the vendor counted, else estimated)."""
    raw = _raw(answer)
    counted = Usage() if raw is None else answer.usage(raw)
    if answer.status is not None and counted.input_tokens is not None:
        if counted.output_tokens is not None:
            return Used(counted, raw, False)
        if not answer.begun:
            return Used(replace(counted, output_tokens=0), raw, False)
    entered = counted.input_tokens
    if entered is None:
        entered = tokens_in("".join(texts(prompt)), model)
    written = max(counted.output_tokens or 0, tokens_in("".join(answer.heard), model))
    return Used(replace(counted, input_tokens=entered, output_tokens=written), raw, True)


def _raw(answer: Answer) -> dict[str, Any] | None:
    try:
        return answer.raw_usage()
    except Exception:
        logger.debug("a usage could not be read", exc_info=True)
        return None
