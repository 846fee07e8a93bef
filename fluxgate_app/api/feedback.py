"""What people say of the answer of a recorded call (spec section 8)."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from typing_extensions import TypedDict

from fluxgate_app.api.chat_body import text
from fluxgate_app.api.deps import Chatter, Wired, json_object
from fluxgate_app.api.document import answers, takes
from fluxgate_app.api.events import scope_of
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.events import feedback, queries
from fluxgate_app.events.feedback import LONGEST_REASON, FeedbackView

router = APIRouter(prefix="/api/events/{tracking_id}/feedback", tags=["Events"])

_REASON = {"type": ["string", "null"], "maxLength": LONGEST_REASON}
SAID = takes(
    {"type": "object", "required": ["good"], "properties": {"good": {"type": "boolean"}, "reason": _REASON}},
    {"good": False, "reason": "It made the numbers up"},
)


class FeedbackJson(TypedDict):
    """Whether it was good, and why; `reason` is empty when none was given."""

    good: bool
    reason: str
    createdAt: datetime


@router.post("", response_model=FeedbackJson, openapi_extra=SAID | answers(400, 404))
async def give(tracking_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """Say of an answer of one's own whether it was good; what was said before is replaced."""
    body = await json_object(request)
    good, reason = body.get("good"), text(body, "reason") or ""
    if not isinstance(good, bool):
        raise Invalid("Invalid good")
    if not tracking_id.isprintable():
        raise NotFound
    await wiring.db.read(queries.get_event, scope_of(identity), tracking_id)
    return JsonAnswer(_json(await wiring.db.write(feedback.give, tracking_id, good, reason)))


@router.delete("", status_code=204, openapi_extra=answers(404, status=204))
async def take_back(tracking_id: str, wiring: Wired, identity: Chatter) -> Response:
    """Say nothing of it any more."""
    if not tracking_id.isprintable():
        raise NotFound
    await wiring.db.read(queries.get_event, scope_of(identity), tracking_id)
    await wiring.db.write(feedback.take_back, tracking_id)
    return Response(status_code=204)


def _json(said: FeedbackView) -> FeedbackJson:
    return {"good": said.is_good, "reason": said.reason, "createdAt": said.created_at}
