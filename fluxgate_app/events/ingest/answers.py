"""What those who send events are answered, each shape in its own words (spec section 6).

Written as they are: of what stands in quotes, nothing needs to be escaped.
"""

from fluxgate_app.events.call import Call
from fluxgate_app.events.exact_json import json_text, utc_text
from fluxgate_app.tracking.record import CallEnd

_TOLD = '"status":"ok","timestamp":"%s","description":"Recorded"'
_UNPRICED = '"status":"no_pricing","timestamp":"%s","description":"Recorded; no price is known for this model"'


def answer_a(call: Call, end: CallEnd) -> str:
    """What the sender of shape A is told, as JSON."""
    id, at = end.tracking_id, utc_text(call.start.created_at)
    told = f'"id":"{id}","trackingId":"{id}","createdAt":"{at}"'
    return f'{{{told},"cost":{json_text(end.cost)},"status":"{end.status}"}}'


def answer_b(call: Call, end: CallEnd) -> str:
    """What the sender of shape B is told, as JSON."""
    total, cost = json_text(end.usage.total_tokens), json_text(end.cost)
    told = (_UNPRICED if end.cost is None else _TOLD) % utc_text(call.start.created_at)
    return f'{{"recordId":"{end.tracking_id}","totalTokens":{total},"totalCost":{cost},{told}}}'
