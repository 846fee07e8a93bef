"""Stored conversations: listed, made, renamed, turned to another version, deleted (spec section 5)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from typing_extensions import TypedDict

from fluxgate_app.api.chat_body import text
from fluxgate_app.api.conversation_json import ConversationJson, conversation_json
from fluxgate_app.api.deps import Chatter, Wired, json_object, owner
from fluxgate_app.api.document import answers, takes
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.chat import conversations, turns
from fluxgate_app.errors import Invalid

MOST_CONVERSATIONS = 200

router = APIRouter(prefix="/api/conversations", tags=["Conversations"])

Cursor = Annotated[str | None, Query(description="The `nextCursor` of the page before", max_length=200)]
Words = Annotated[str, Query(description="Words in a title, or said in one of the 1000 last used", max_length=200)]
Archived = Annotated[bool, Query(description="Those that were archived, and no others")]
Conversations = Annotated[int, Query(description="How many at most", ge=1, le=MOST_CONVERSATIONS)]

_NAME = {"type": ["string", "null"], "maxLength": 100}
_GIVEN = {"title": {"type": ["string", "null"], "maxLength": 200}, "model": _NAME, "persona": _NAME}
NEW = takes({"type": "object", "properties": _GIVEN}, {"title": "Data structures"}, required=False)
_TITLE = {"type": "string", "minLength": 1, "maxLength": 200}
CHANGE = takes(
    {
        "type": "object",
        "oneOf": [
            {"required": ["title"], "properties": {"title": _TITLE, "messageId": False}},
            {"required": ["messageId"], "properties": {"messageId": {"type": "string"}, "title": False}},
        ],
    },
    {"title": "Trees"},
)
OWN = answers(404)


class ConversationsPage(TypedDict):
    """Some of them; `nextCursor` asks for those after them, null when there are none."""

    conversations: list[ConversationJson]
    nextCursor: str | None


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


@router.patch("/{conversation_id}", response_model=ConversationJson, openapi_extra=CHANGE | answers(404, 409))
async def change(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """Give it another title, or turn to the version in which this message is, as `versions` of `/messages` names it."""
    body = await json_object(request)
    title, message_id = text(body, "title"), text(body, "messageId")
    if (title is None) == (message_id is None):
        raise Invalid("Send either a title or a messageId")
    if message_id is None:
        await wiring.db.write(conversations.rename, identity.account_id, conversation_id, title or "")
    else:
        await wiring.db.read(turns.owned_message, identity.account_id, message_id, conversation_id)
        await wiring.generations.look_at(owner(identity), message_id)
    return JsonAnswer(conversation_json(await wiring.db.read(conversations.get, identity.account_id, conversation_id)))


@router.delete("/{conversation_id}", status_code=204, openapi_extra=answers(404, status=204))
async def delete(conversation_id: str, wiring: Wired, identity: Chatter) -> Response:
    """Forget it and its messages; what is being written there is stopped first."""
    await wiring.generations.delete(owner(identity), conversation_id)
    return Response(status_code=204)
