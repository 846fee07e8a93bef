"""Calls that other programs tracked, sent to be recorded (spec section 6)."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Header, Request, Response

from fluxgate_app.api.deps import EventWriter, Wired, owner
from fluxgate_app.events.ingest.intake import MOST_EVENTS
from fluxgate_app.events.ingest.shapes import ShapeA, ShapeB

router = APIRouter(prefix="/api/events", tags=["Events"])


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema without references: they would point to the root of the OpenAPI document."""
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    named = cast("dict[str, Any]", schema)
    if "$ref" in named:
        return _inlined(definitions[named["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(value, definitions) for name, value in named.items() if name not in ("$defs", "default")}


_SHAPES = [_inlined(schema, schema["$defs"]) for schema in (ShapeA.model_json_schema(), ShapeB.model_json_schema())]
_ONE = {"anyOf": _SHAPES}
_EXAMPLE = {
    "usage": {"inputTokens": 1000, "outputTokens": 100, "model": "gpt-4o", "provider": "openai", "latencyInMs": 820},
    "metadata": {"feature": "summaries", "user": "u_1"},
}
_SCHEMA = {"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1, "maxItems": MOST_EVENTS}]}
_BODY = {"required": True, "content": {"application/json": {"schema": _SCHEMA, "example": _EXAMPLE}}}


@router.post("", status_code=201, openapi_extra={"requestBody": _BODY})
async def take_in(
    request: Request, wiring: Wired, identity: EventWriter, idempotency_key: Annotated[str | None, Header()] = None
) -> Response:
    """Store one event or a list of up to 1000, and answer when they are stored; a list by index, its good ones kept."""
    answer = await wiring.intake.take(await request.body(), owner(identity), idempotency_key)
    wiring.live.stored(answer.stored)
    return Response(answer.text, 201 if answer.kept else 400, media_type="application/json")
