"""Stored conversations: list, make, rename, delete, and ask the next question (spec section 5)."""

from contextlib import aclosing
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from typing_extensions import TypedDict

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.api import asking
from fluxgate_app.api.answer_stream import AnswerStream
from fluxgate_app.api.chat_body import ABOUT, SAID, text
from fluxgate_app.api.connection import while_connected
from fluxgate_app.api.conversation_json import ConversationJson, MessageJson, conversation_json, message_json
from fluxgate_app.api.deps import Chatter, Wired, json_object, owner, take, wants_events, wants_ui_messages
from fluxgate_app.api.document import EVENTS, answers, takes
from fluxgate_app.api.errors import TRACKING_ID, answer_headers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.kept_answers import Stopped
from fluxgate_app.api.stream_formats import ContentEvents, StreamFormat, TypedEvents, UiMessages
from fluxgate_app.api.tracking_json import TrackingJson, tracking_json
from fluxgate_app.chat import conversations, history
from fluxgate_app.chat.attachments import MOST_AT_ONCE, read_ids
from fluxgate_app.chat.follower import Follower
from fluxgate_app.chat.generation import Generation
from fluxgate_app.errors import Invalid
from fluxgate_app.wiring import Wiring

MOST_CONVERSATIONS = 200
MOST_MESSAGES = 1000

router = APIRouter(prefix="/api/conversations", tags=["Conversations"])

Cursor = Annotated[str | None, Query(description="The `nextCursor` of the page before", max_length=200)]
Words = Annotated[str, Query(description="Words in a title, or said in one of the 1000 last used", max_length=200)]
Archived = Annotated[bool, Query(description="Those that were archived, and no others")]
Conversations = Annotated[int, Query(description="How many at most", ge=1, le=MOST_CONVERSATIONS)]
Messages = Annotated[int, Query(description="How many at most", ge=1, le=MOST_MESSAGES)]


def _body(required: list[str], example: Any, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": required, "properties": properties}
    return takes(schema, example, required=bool(required))


_NAME = {"type": ["string", "null"], "maxLength": 100}
NEW = _body(
    [], {"title": "Data structures"}, title={"type": ["string", "null"], "maxLength": 200}, model=_NAME, persona=_NAME
)
TITLE = _body(["title"], {"title": "Trees"}, title={"type": "string", "minLength": 1, "maxLength": 200})
_FILES = {"type": "array", "items": {"type": "string"}, "maxItems": MOST_AT_ONCE, "description": "Ids of files to send"}
QUESTION = _body(["message"], {"message": "And a tree?"}, **({"message": SAID, "attachments": _FILES} | ABOUT))
OWN = answers(404)


class ConversationsPage(TypedDict):
    """Some of them; `nextCursor` asks for those after them, null when there are none."""

    conversations: list[ConversationJson]
    nextCursor: str | None


class MessagesPage(TypedDict):
    """Some of them; `nextCursor` asks for those after them, null when there are none."""

    messages: list[MessageJson]
    nextCursor: str | None


class Reply(TypedDict):
    """The answer to the next question. Tokens are input and output, null for unknown."""

    message: str
    tokens: int | None
    tracking: TrackingJson


@router.get("", response_model=ConversationsPage)
async def newest(
    wiring: Wired,
    identity: Chatter,
    *,
    limit: Conversations = 50,
    cursor: Cursor = None,
    q: Words = "",
    archived: Archived = False,
) -> Response:
    """One's own, the last used first: `{conversations, nextCursor}`."""
    page = await wiring.db.read(conversations.newest, identity.account_id, limit, cursor, words=q, archived=archived)
    return JsonAnswer(
        {"conversations": list(map(conversation_json, page.conversations)), "nextCursor": page.next_cursor}
    )


@router.post("", status_code=201, response_model=ConversationJson, openapi_extra=NEW)
async def create(request: Request, wiring: Wired, identity: Chatter) -> Response:
    """A new one, empty. Its first question gives it a title, unless it has one."""
    body = await json_object(request) if await request.body() else {}
    title, model, persona = (text(body, name) for name in ("title", "model", "persona"))
    made = await wiring.db.write(conversations.create, identity.account_id, title or "", model, persona)
    return JsonAnswer(conversation_json(made), 201)


@router.get("/{conversation_id}", response_model=ConversationJson, openapi_extra=OWN)
async def get(conversation_id: str, wiring: Wired, identity: Chatter) -> Response:
    """One of one's own; 404 for another's."""
    return JsonAnswer(conversation_json(await wiring.db.read(conversations.get, identity.account_id, conversation_id)))


@router.patch("/{conversation_id}", response_model=ConversationJson, openapi_extra=TITLE | OWN)
async def rename(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """Give it another title."""
    title = text(await json_object(request), "title")
    renamed = await wiring.db.write(conversations.rename, identity.account_id, conversation_id, title or "")
    return JsonAnswer(conversation_json(renamed))


@router.delete("/{conversation_id}", status_code=204, openapi_extra=answers(404, status=204))
async def delete(conversation_id: str, wiring: Wired, identity: Chatter) -> Response:
    """Forget it and its messages; what is being written there is stopped first."""
    await wiring.generations.delete(owner(identity), conversation_id)
    return Response(status_code=204)


@router.get("/{conversation_id}/messages", response_model=MessagesPage, openapi_extra=OWN)
async def messages(
    conversation_id: str, wiring: Wired, identity: Chatter, limit: Messages = MOST_MESSAGES, cursor: Cursor = None
) -> Response:
    """Its turns, oldest first: `{messages, nextCursor}`."""
    page = await wiring.db.read(history.message_page, identity.account_id, conversation_id, limit, cursor)
    return JsonAnswer({"messages": list(map(message_json, page.messages)), "nextCursor": page.next_cursor})


@router.post(
    "/{conversation_id}/messages",
    response_model=Reply,
    openapi_extra=QUESTION | asking.answered(EVENTS, refusals=(404, 409)),
)
async def ask(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """The answer to the next question as JSON, or as typed events with `Accept: text/event-stream`."""
    if wants_events(request) or wants_ui_messages(request):
        return await _stream(conversation_id, request, wiring, identity, TypedEvents())
    generation = await _start(conversation_id, request, wiring, identity, "chat-api")
    content = await while_connected(request.receive, _whole(generation))
    tracking = generation.tracking
    assert tracking is not None  # What is not recorded raises.
    said: Reply = {"message": content, "tokens": tracking.usage.total_tokens, "tracking": tracking_json(tracking)}
    return JsonAnswer(said, headers=answer_headers(request) | {TRACKING_ID: tracking.tracking_id})


@router.post(
    "/{conversation_id}/messages/stream",
    response_class=Response,
    openapi_extra=QUESTION | asking.answered(EVENTS, refusals=(404, 409)),
)
async def ask_for_stream(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """The answer to the next question as content events."""
    return await _stream(conversation_id, request, wiring, identity, ContentEvents())


@router.get("/{conversation_id}/messages/stream", response_class=Response, openapi_extra=asking.resumed(404))
async def resume(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """The answer that is being written, from its beginning, as a UI message stream; 204 when none is."""
    await wiring.db.read(conversations.get, identity.account_id, conversation_id)
    running = wiring.generations.running(conversation_id)
    if running is None:
        return Response(status_code=204)
    return AnswerStream(request, Follower(running, stops=False), UiMessages(running.message_id))


@router.post("/{conversation_id}/messages/stop", response_model=Stopped, openapi_extra=OWN)
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
    asked, files = asking.read(request, wiring, identity, body), read_ids(body.get("attachments", []))
    question = asked.messages[-1]
    if question.role != "user":
        raise Invalid("Invalid message")
    model = await wiring.completions.choose(asked.model or before.model, asked.provider, identity.models)
    await take(request, wiring, identity)
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
        context=replace(asked.context, feature=asked.context.feature or feature),
    )


async def _whole(generation: Generation) -> str:
    async with aclosing(Follower(generation, stops=True)) as texts:
        return "".join([text async for text in texts])
