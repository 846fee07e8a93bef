"""A stored conversation as a file (spec section 8)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from fluxgate_app.api.conversation_file import FORMATS
from fluxgate_app.api.deps import Chatter, Wired
from fluxgate_app.api.document import answers
from fluxgate_app.api.download import saved_as
from fluxgate_app.chat import conversations, history

router = APIRouter(prefix="/api/conversations", tags=["Conversations"])

_FILES = {file.media_type.partition(";")[0]: file.schema for file in FORMATS.values()}
Kind = Annotated[Literal["md", "json"], Query(alias="format", description="Markdown to read, JSON to work with")]


@router.get("/{conversation_id}/export", response_class=Response, openapi_extra=answers(400, 404, content=_FILES))
async def export_conversation(conversation_id: str, wiring: Wired, identity: Chatter, kind: Kind = "md") -> Response:
    """All that was said in one of one's own."""
    found = await wiring.db.read(conversations.get, identity.account_id, conversation_id)
    messages = await wiring.db.read(history.messages, identity.account_id, conversation_id)
    file = FORMATS[kind]
    headers = saved_as(file.name(found)) | {"Cache-Control": "no-store"}
    return Response(file.write(found, messages), media_type=file.media_type, headers=headers)
