"""What is said in a stored conversation: read, asked, resumed, stopped, deleted (spec section 5)."""

from contextlib import aclosing
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from typing_extensions import TypedDict

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.api import asking
from fluxgate_app.api.answer_stream import AnswerStream
from fluxgate_app.api.chat_body import ABOUT, SAID, label
from fluxgate_app.api.connection import while_connected
from fluxgate_app.api.conversation_json import MessageJson, message_json
from fluxgate_app.api.conversations import OWN, Cursor
from fluxgate_app.api.deps import Chatter, Wired, json_object, owner, take, wants_events, wants_ui_messages
from fluxgate_app.api.document import EVENTS, answers, takes
from fluxgate_app.api.errors import TRACKING_ID, answer_headers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.kept_answers import Stopped
from fluxgate_app.api.stream_formats import ContentEvents, StreamFormat, TypedEvents, UiMessages
from fluxgate_app.api.tracking_json import TrackingJson, tracking_json
from fluxgate_app.chat import conversations, history, turns
from fluxgate_app.chat.attachments import MOST_AT_ONCE, read_ids
from fluxgate_app.chat.follower import Follower
from fluxgate_app.chat.generation import Generation
from fluxgate_app.errors import Invalid
from fluxgate_app.wiring import Wiring

MOST_MESSAGES = 1000

router = APIRouter(prefix="/api/conversations/{conversation_id}/messages", tags=["Conversations"])

Messages = Annotated[int, Query(description="How many at most", ge=1, le=MOST_MESSAGES)]

_FILES = {"type": "array", "items": {"type": "string"}, "maxItems": MOST_AT_ONCE, "description": "Ids of files to send"}
_INSTEAD_OF = {"type": ["string", "null"], "maxLength": 64}
_ASKED = {"message": SAID, "attachments": _FILES, "insteadOf": _INSTEAD_OF} | ABOUT
QUESTION = takes({"type": "object", "required": ["message"], "properties": _ASKED}, {"message": "And a tree?"})


class MessagesPage(TypedDict):
    """Some of them; `nextCursor` asks for those after them, null when there are none."""

    messages: list[MessageJson]
    nextCursor: str | None


class Reply(TypedDict):
    """The answer to the next question. Tokens are input and output, null for unknown."""

    message: str
    tokens: int | None
    tracking: TrackingJson


@router.get("", response_model=MessagesPage, openapi_extra=OWN)
async def messages(
    conversation_id: str, wiring: Wired, identity: Chatter, limit: Messages = MOST_MESSAGES, cursor: Cursor = None
) -> Response:
    """Its turns in the versions last looked at, oldest first: `{messages, nextCursor}`."""
    page = await wiring.db.read(history.message_page, identity.account_id, conversation_id, limit, cursor)
    return JsonAnswer({"messages": list(map(message_json, page.messages)), "nextCursor": page.next_cursor})


@router.delete("/{message_id}", status_code=204, openapi_extra=answers(404, 409, status=204))
async def delete_message(conversation_id: str, message_id: str, wiring: Wired, identity: Chatter) -> Response:
    """Forget one message with all that followed it."""
    await wiring.db.read(turns.owned_message, identity.account_id, message_id, conversation_id)
    await wiring.generations.delete_message(owner(identity), message_id)
    return Response(status_code=204)


@router.post(
    "",
    response_model=Reply,
    openapi_extra=QUESTION | asking.answered(EVENTS, refusals=(404, 409)),
)
async def ask(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """The answer to the next question as JSON, or as typed events with `Accept: text/event-stream`.

    With `insteadOf` it is no next question but another version of this one; what was there stays.
    """
    if wants_events(request) or wants_ui_messages(request):
        return await _stream(conversation_id, request, wiring, identity, TypedEvents())
    generation = await _start(conversation_id, request, wiring, identity, "chat-api")
    content = await while_connected(request.receive, _whole(generation))
    tracking = generation.tracking
    assert tracking is not None  # What is not recorded raises.
    said: Reply = {"message": content, "tokens": tracking.usage.total_tokens, "tracking": tracking_json(tracking)}
    return JsonAnswer(said, headers=answer_headers(request) | {TRACKING_ID: tracking.tracking_id})


@router.post(
    "/stream",
    response_class=Response,
    openapi_extra=QUESTION | asking.answered(EVENTS, refusals=(404, 409)),
)
async def ask_for_stream(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """The answer to the next question as content events."""
    return await _stream(conversation_id, request, wiring, identity, ContentEvents())


@router.get("/stream", response_class=Response, openapi_extra=asking.resumed(404))
async def resume(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """The answer that is being written, from its beginning, as a UI message stream; 204 when none is."""
    await wiring.db.read(conversations.get, identity.account_id, conversation_id)
    running = wiring.generations.running(conversation_id)
    if running is None:
        return Response(status_code=204)
    return AnswerStream(request, Follower(running, stops=False), UiMessages(running.message_id))


@router.post("/stop", response_model=Stopped, openapi_extra=OWN)
async def stop(conversation_id: str, wiring: Wired, identity: Chatter) -> Response:
    """Stop the answer that is being written, and say `{stopped}`: whether there was one. What it has said stays."""
    await wiring.db.read(conversations.get, identity.account_id, conversation_id)
    running = wiring.generations.running(conversation_id)
    if running is not None:
        running.stop()
        await running.wait()
    return JsonAnswer({"stopped": running is not None})


async def _stream(
    conversation_id: str, request: Request, wiring: Wiring, identity: Identity, form: StreamFormat
) -> AnswerStream:
    generation = await _start(conversation_id, request, wiring, identity, "streaming-chat")
    if wants_ui_messages(request):
        return AnswerStream(request, Follower(generation, stops=False), UiMessages(generation.message_id))
    return AnswerStream(request, Follower(generation, stops=True), form)


async def _start(
    conversation_id: str, request: Request, wiring: Wiring, identity: Identity, feature: str
) -> Generation:
    """The next answer, begun, once the question is known to be valid and is counted against the limit."""
    before = await wiring.db.read(conversations.get, identity.account_id, conversation_id)
    body = await json_object(request)
    instead_of = label(body, "insteadOf")
    if instead_of is not None:
        await wiring.db.read(turns.owned_message, identity.account_id, instead_of, conversation_id)
    asked = asking.read(request, wiring, identity, {name: body[name] for name in body if name != "insteadOf"})
    files = read_ids(body.get("attachments", []))
    question = asked.messages[-1]
    if question.role != "user":
        raise Invalid("Invalid message")
    model = await wiring.completions.choose(asked.model or before.model, asked.provider, identity.models)
    await take(request, wiring, identity)
    asked = replace(asked, context=asked.context.merged(feature=asked.context.feature or feature))
    if instead_of is not None:
        return await wiring.generations.retry(
            asked.owner, instead_of, model=model.id, question=question.text, request=asked, allowed=identity.models
        )
    return await wiring.generations.start(
        asked.owner,
        conversation_id,
        question.text,
        model=model.id,
        persona=asked.persona,
        system=asked.system,
        temperature=asked.temperature,
        max_tokens=asked.max_tokens,
        files=files,
        context=asked.context,
    )


async def _whole(generation: Generation) -> str:
    async with aclosing(Follower(generation, stops=True)) as texts:
        return "".join([text async for text in texts])
