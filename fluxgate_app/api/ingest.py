"""Calls that other programs tracked, sent to be recorded (spec section 6)."""

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Header, Request, Response
from typing_extensions import TypedDict

from fluxgate_app.api.deps import EventWriter, Wired, owner
from fluxgate_app.api.document import answers, takes
from fluxgate_app.api.tracking_json import Usd
from fluxgate_app.events.ingest.intake import LONGEST_KEY, MOST_EVENTS
from fluxgate_app.events.ingest.reading import OF_SHAPE_B
from fluxgate_app.events.ingest.shapes import ShapeA, ShapeB
from fluxgate_app.tracking import Status

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
# How they are told apart.
_OF_SHAPE_B = {"anyOf": [{"required": [name]} for name in OF_SHAPE_B]}
_ONE = {"anyOf": [_SHAPES[0] | {"not": _OF_SHAPE_B}, _SHAPES[1] | _OF_SHAPE_B]}
_EXAMPLE = {
    "usage": {"inputTokens": 1000, "outputTokens": 100, "model": "gpt-4o", "provider": "openai", "latencyInMs": 820},
    "metadata": {"feature": "summaries", "user": "u_1"},
}
Key = Annotated[str | None, Header(json_schema_extra={"minLength": 1, "maxLength": LONGEST_KEY})]
_SCHEMA = {"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1, "maxItems": MOST_EVENTS}]}


class AnswerA(TypedDict):
    """What a sender of the first shape is told."""

    id: str
    trackingId: str
    createdAt: datetime
    cost: Usd | None
    status: Status


class AnswerB(TypedDict):
    """What a sender of the second shape is told."""

    recordId: str
    totalTokens: int | None
    totalCost: Usd | None
    status: Literal["ok", "no_pricing"]
    timestamp: datetime
    description: str


class KeptA(AnswerA):
    """The same in a list."""

    index: int


class KeptB(AnswerB):
    """The same in a list."""

    index: int


class Refused(TypedDict):
    """An event of a list that is not kept."""

    index: int
    error: str


class Results(TypedDict):
    """What became of each event of a list."""

    results: list[KeptA | KeptB | Refused]


@router.post(
    "",
    status_code=201,
    response_model=AnswerA | AnswerB | Results,
    openapi_extra=takes(_SCHEMA, _EXAMPLE) | answers(409, status=201),
)
async def take_in(request: Request, wiring: Wired, identity: EventWriter, idempotency_key: Key = None) -> Response:
    """Store one event or a list of up to 1000, and answer when they are stored; a list by index, its good ones kept."""
    answer = await wiring.intake.take(await request.body(), owner(identity), idempotency_key)
    wiring.live.stored(answer.stored)
    return Response(answer.text, 201 if answer.kept else 400, media_type="application/json")
