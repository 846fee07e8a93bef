"""A call that is over, as it is recorded: what it used, what that costs, how long it took."""

import logging
from typing import Any, NamedTuple

from fluxgate_app.tracking.line import Line
from fluxgate_app.tracking.prices import UNPRICED, Price
from fluxgate_app.tracking.record import CallEnd, CallStart, Status
from fluxgate_app.tracking.terms import terms_of
from fluxgate_app.tracking.usage.totals import disputed
from fluxgate_app.tracking.usage.used import NOTHING, UNKNOWN, Used, used
from fluxgate_app.tracking.vendor import Answer, written

logger = logging.getLogger(__name__)


class Ending(NamedTuple):
    """How it ended. `whole` and `first` are the milliseconds from its start to its end and to its first content.

    `left` says that its request may have reached the vendor, and been billed.
    """

    status: Status
    error_type: str | None
    error_message: str | None
    whole: float
    first: float | None
    left: bool


class _Bill(NamedTuple):
    """What was used and what that costs; `captured` as in `CallEnd`."""

    use: Used
    captured: dict[str, Any]
    price: Price


def settle(start: CallStart, line: Line, answer: Answer, prompt: Any, ending: Ending) -> CallEnd:
    """The end of this call, priced as of its start; never raises, as a call whose use is unknown has ended too."""
    try:
        bill = _billed(start, line, answer, prompt, ending.left)
    except Exception:
        logger.exception("what call %s used could not be worked out", start.tracking_id)
        bill = _Bill(UNKNOWN, {}, UNPRICED)
    use, captured, price = bill
    return CallEnd(
        tracking_id=start.tracking_id,
        status=ending.status,
        usage=use.usage,
        latency_in_ms=ending.first if start.is_streamed else ending.whole,
        streaming_duration_in_ms=ending.whole if start.is_streamed else None,
        cost=price.cost,
        cost_source=price.source,
        price_version=price.version,
        finish_reason=_word(answer.finish_reason),
        error_type=ending.error_type,
        error_message=ending.error_message,
        model_used=_word(answer.model),
        raw_usage=use.raw,
        captured=captured or None,
        tokens_estimated=use.estimated,
        prompt=None if answer.spoken is None else written(prompt),
        answer=None if answer.spoken is None else "".join(answer.spoken),
    )


def _billed(start: CallStart, line: Line, answer: Answer, prompt: Any, left: bool) -> _Bill:
    model = _word(answer.model)
    use = used(answer, prompt, model or start.model) if left else NOTHING
    captured = answer.captured(use.raw) | disputed(use.raw)
    price = line.prices.cost(
        use.usage,
        line.party.provider,
        filter(None, (model, start.model)),
        start.created_at,
        terms=terms_of(use.raw, captured),
        override=start.context.cost_override,
        estimated=use.estimated,
    )
    return _Bill(use, captured, price)


def _word(told: Any) -> str | None:
    """What should be a text, and is not with every server."""
    return told if told is None or isinstance(told, str) else str(told)
