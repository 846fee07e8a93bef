"""Calls that other programs traced with OpenTelemetry (spec section 5)."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from fluxgate_app.api import otlp
from fluxgate_app.api.body_limit import MIB
from fluxgate_app.api.deps import EventWriter, Wired, owner
from fluxgate_app.api.document import answers
from fluxgate_app.api.packed_body import unpacked_body

router = APIRouter(tags=["Events"])

_LONGEST = 32 * MIB
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        otlp.PROTOBUF: {"schema": {"type": "string", "format": "binary"}},
        otlp.JSON: {
            "schema": {"type": "object", "properties": {"resourceSpans": {"type": "array"}}},
            "example": {"resourceSpans": []},
        },
    },
}


_SAID: dict[str, dict[str, Any]] = {
    otlp.JSON: {"type": "object", "properties": {"partialSuccess": {"type": "object"}}},
    otlp.PROTOBUF: {"type": "string", "format": "binary"},
}


@router.post(otlp.PATH, openapi_extra={"requestBody": _BODY} | answers(415, 429, content=_SAID))
async def take_in(request: Request, wiring: Wired, identity: EventWriter) -> Response:
    """OTLP over HTTP: spans of calls to models become events, once each; other spans are nobody's business here."""
    encoding = otlp.media_type(request.headers)
    if encoding not in (otlp.PROTOBUF, otlp.JSON):
        raise HTTPException(415, f"Content-Type must be {otlp.PROTOBUF} or {otlp.JSON}")
    body = await unpacked_body(request, _LONGEST)
    taken = await wiring.traces.take(body, encoding, owner(identity), request.headers.get("host"))
    wiring.live.stored(taken.stored)
    return otlp.taken(taken.rejected, taken.why, encoding)
