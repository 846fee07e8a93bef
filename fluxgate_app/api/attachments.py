"""Files that go with questions: brought before they are sent, fetched by their owner alone (spec section 8)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from fluxgate_app.api.attachment_json import AttachmentJson, attachment_json
from fluxgate_app.api.deps import Chatter, Wired
from fluxgate_app.api.document import answers
from fluxgate_app.api.download import saved_as
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.chat import attachments

router = APIRouter(prefix="/api/attachments", tags=["Conversations"])

Name = Annotated[str, Query(description="What the file is called", max_length=1000)]

_BYTES: dict[str, Any] = {"type": "string", "format": "binary"}
FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": _BYTES}}}}
OWN = answers(404, content=dict.fromkeys(attachments.MEDIA_TYPES, _BYTES))


@router.post("", status_code=201, response_model=AttachmentJson, openapi_extra=FILE | answers(400, 409, status=201))
async def add(request: Request, wiring: Wired, identity: Chatter, name: Name = "") -> Response:
    """Bring a text of at most 256 KB, or a PNG, JPEG, GIF or WebP picture of at most 5 MB: the body is the file.

    Its id goes with a question, in `attachments`. What is not sent within a day is forgotten.
    """
    added = await wiring.db.write(attachments.add, identity.account_id, name, await request.body())
    return JsonAnswer(attachment_json(added), 201)


@router.get("/{attachment_id}", response_class=Response, openapi_extra=OWN)
async def get(attachment_id: str, wiring: Wired, identity: Chatter) -> Response:
    """One of one's own, always as a download."""
    view, content = await wiring.db.read(attachments.content, identity.account_id, attachment_id)
    headers = saved_as(view.name) | {"Cache-Control": "private, no-store"}
    return Response(content, media_type=view.media_type, headers=headers)


@router.delete("/{attachment_id}", status_code=204, openapi_extra=answers(404, 409, status=204))
async def remove(attachment_id: str, wiring: Wired, identity: Chatter) -> Response:
    """Forget one that was not sent; what was goes with its conversation."""
    await wiring.db.write(attachments.remove, identity.account_id, attachment_id)
    return Response(status_code=204)
