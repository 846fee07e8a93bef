"""Streams of plain text from one vendor: `/api/claude/stream` and `/api/gemini/stream` (spec section 5)."""

from typing import Any

from fastapi import APIRouter, Request, Response

from fluxgate_app.api import asking
from fluxgate_app.api.chat_body import ABOUT, FIELDS, SAID
from fluxgate_app.api.deps import ChatterInText, Wired, json_object
from fluxgate_app.api.document import EVENTS, TEXT, takes
from fluxgate_app.api.stream_formats import PlainText

CLAUDE = {"model": "claude-sonnet-4-6", "maxTokens": 2048, "feature": "claude-streaming"}
GEMINI = {"model": "gemini-2.5-pro", "feature": "gemini-streaming"}

router = APIRouter(prefix="/api", tags=["Chat"])


def _body(asked: str, kind: dict[str, Any], example: Any) -> dict[str, Any]:
    others = {name: schema for name, schema in ABOUT.items() if name != "provider"}
    schema = {"type": "object", "required": [asked], "properties": {asked: kind} | others}
    return takes(schema, {asked: example}) | asking.answered(TEXT, EVENTS)


@router.post(
    "/claude/stream",
    response_class=Response,
    openapi_extra=_body("messages", FIELDS["messages"], [{"role": "user", "content": "What is a token?"}]),
)
async def claude_stream(request: Request, wiring: Wired, identity: ChatterInText) -> Response:
    """`{messages}`, answered by Claude in at most 2048 tokens unless the body says otherwise."""
    body = {name: value for name, value in (await json_object(request)).items() if name != "message"}
    asked = CLAUDE | {"messages": None} | body | {"provider": "anthropic"}
    return await asking.stream(request, wiring, identity, asked, PlainText())


@router.post(
    "/gemini/stream",
    response_class=Response,
    openapi_extra=_body("prompt", SAID, "What is a token?"),
)
async def gemini_stream(request: Request, wiring: Wired, identity: ChatterInText) -> Response:
    """`{prompt}`, answered by Gemini."""
    body = await json_object(request)
    question = [{"role": "user", "content": body.pop("prompt", None)}]
    asked = GEMINI | body | {"messages": question, "provider": "google"}
    return await asking.stream(request, wiring, identity, asked, PlainText())
