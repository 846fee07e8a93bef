"""What stands under an answer: what it cost, of all the calls that were made for it, and how fast it came."""

from collections.abc import Sequence
from decimal import Decimal

from fluxgate_app.chat.note import Tracking
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.states import figures
from fluxgate_app.tracking import CostSource, Usage


def footer(call: EventRow | Tracking, usage: EventRow | Usage, earlier: Sequence[EventRow] = ()) -> dict[str, str]:
    """The figures by name, for whose words the page's language is; what is unknown is left out. `call` is the last one,
    which is linked to.
    """
    first = min(earlier, key=lambda each: each.created_at, default=call)
    cost = _sum([call.cost, *(each.cost for each in earlier)])
    words = {
        "cost": figures.money(cost, _source([call.cost_source, *(each.cost_source for each in earlier)])),
        "exactCost": figures.exact_money(cost),
        "speed": figures.tokens_per_second(usage.output_tokens, call.latency_in_ms, call.streaming_duration_in_ms),
        "request": f"/requests/{call.tracking_id}",
    }
    tokens = [count for each in (usage, *earlier) for count in (each.input_tokens, each.output_tokens)]
    if None not in tokens:
        about = "≈" if any(each.tokens_estimated for each in (call, *earlier)) else ""
        words["tokens"] = about + figures.exact_count(sum(filter(None, tokens)))
    if first.latency_in_ms is not None:
        words["first"] = figures.duration(first.latency_in_ms)
    if earlier:
        words["calls"] = str(len(earlier) + 1)
    return {name: said for name, said in words.items() if said}


def _sum(costs: list[Decimal | None]) -> Decimal | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal()) if len(known) == len(costs) else None


def _source(sources: list[str]) -> str:
    return CostSource.ESTIMATED if CostSource.ESTIMATED in sources else sources[0]
