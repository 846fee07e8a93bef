"""A call that is over, as it is recorded: what it used, what that costs, how long it took."""

from typing import Any, NamedTuple

from fluxgate_app.tracking.line import Line
from fluxgate_app.tracking.record import CallEnd, CallStart, Status
from fluxgate_app.tracking.terms import terms_of
from fluxgate_app.tracking.usage.totals import disputed
from fluxgate_app.tracking.usage.used import Used
from fluxgate_app.tracking.vendor import Answer, written


class Ending(NamedTuple):
    """How it ended. `whole` and `first` are the milliseconds from its start to its end and to its first content."""

    use: Used
    status: Status
    error_type: str | None
    error_message: str | None
    whole: float
    first: float | None


def settle(start: CallStart, line: Line, answer: Answer, prompt: Any, ending: Ending) -> CallEnd:
    """The end of this call, priced as of its start."""
    use = ending.use
    captured = answer.captured(use.raw) | disputed(use.raw)
    price = line.prices.cost(
        use.usage,
        line.party.provider,
        filter(None, (answer.model, start.model)),
        start.created_at,
        terms=terms_of(use.raw, captured),
        override=start.context.cost_override,
        estimated=use.estimated,
    )
    return CallEnd(
        tracking_id=start.tracking_id,
        status=ending.status,
        usage=use.usage,
        latency_in_ms=ending.first if start.is_streamed else ending.whole,
        streaming_duration_in_ms=ending.whole if start.is_streamed else None,
        cost=price.cost,
        cost_source=price.source,
        price_version=price.version,
        finish_reason=answer.finish_reason,
        error_type=ending.error_type,
        error_message=ending.error_message,
        model_used=answer.model,
        raw_usage=use.raw,
        captured=captured or None,
        prompt=None if answer.spoken is None else written(prompt),
        answer=None if answer.spoken is None else "".join(answer.spoken),
    )
