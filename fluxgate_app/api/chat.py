"""Chat: one question, answered at once or as a stream in the form that the client wants (spec section 5)."""

from fastapi import APIRouter, Request, Response
from typing_extensions import TypedDict

from fluxgate_app.api import asking
from fluxgate_app.api.chat_body import SCHEMA, is_of_ai_sdk
from fluxgate_app.api.connection import while_connected
from fluxgate_app.api.deps import Chatter, ChatterInText, Wired, json_object, wants_events, wants_ui_messages
from fluxgate_app.api.direct import DirectRoute
from fluxgate_app.api.document import EVENTS, TEXT, takes
from fluxgate_app.api.errors import TRACKING_ID, answer_headers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.stream_formats import ContentEvents, PlainText, TypedEvents
from fluxgate_app.api.tracking_json import TrackingJson, tracking_json

router = APIRouter(prefix="/api/chat", tags=["Chat"], route_class=DirectRoute)

BODY = takes(SCHEMA, {"message": "What is a token?"})


class ChatAnswer(TypedDict):
    """A whole answer; `message` says the same as `content`. Tokens are input and output, null for unknown."""

    content: str
    message: str
    tokens: int | None
    conversationId: str | None
    tracking: TrackingJson


@router.post("", response_model=ChatAnswer, openapi_extra=BODY | asking.answered(EVENTS))
async def chat(request: Request, wiring: Wired, identity: Chatter) -> Response:
    """The whole answer as JSON; typed events with `Accept: text/event-stream`; UI messages for a body of the AI SDK."""
    body = await json_object(request)
    if wants_ui_messages(request) or is_of_ai_sdk(body):
        return await asking.ui_messages(request, wiring, identity, body)
    if wants_events(request):
        return await asking.stream(request, wiring, identity, body, TypedEvents())
    asked, model = await asking.ask(request, wiring, identity, body)
    answer = await while_connected(request.receive, wiring.completions.complete(asked, model))
    said: ChatAnswer = {
        "content": answer.content,
        "message": answer.content,
        "tokens": answer.usage.total_tokens,
        "conversationId": asked.context.conversation_id,
        "tracking": tracking_json(answer.tracking),
    }
    return JsonAnswer(said, headers=answer_headers(request) | {TRACKING_ID: answer.tracking.tracking_id})


@router.post("/stream", response_class=Response, openapi_extra=BODY | asking.answered(TEXT, EVENTS))
async def chat_stream(request: Request, wiring: Wired, identity: ChatterInText) -> Response:
    """`messages` as plain text, or typed events by `Accept`; `message` as content events, whatever the `Accept`."""
    body = await json_object(request)
    typed_or_plain = TypedEvents() if wants_events(request) else PlainText()
    return await asking.stream(
        request, wiring, identity, body, typed_or_plain if "messages" in body else ContentEvents()
    )


@router.post("/sse", response_class=Response, openapi_extra=BODY | asking.answered(EVENTS))
async def chat_sse(request: Request, wiring: Wired, identity: Chatter) -> Response:
    """Typed events."""
    return await asking.stream(request, wiring, identity, await json_object(request), TypedEvents())
