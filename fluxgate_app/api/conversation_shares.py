"""Links under which a stored conversation is shown to anybody: made, listed, withdrawn (spec section 8)."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints
from typing_extensions import TypedDict

from fluxgate_app.api.deps import Chatter, Wired, json_object
from fluxgate_app.api.document import answers, takes
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.chat import shares
from fluxgate_app.chat.shares import LONGEST_DAYS, ShareView
from fluxgate_app.errors import Invalid

router = APIRouter(prefix="/api/conversations/{conversation_id}/shares", tags=["Conversations"])

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,64}$")]
_DAYS = {"type": ["integer", "null"], "minimum": 1, "maximum": LONGEST_DAYS}
NEW = takes({"type": "object", "properties": {"expiresInDays": _DAYS}}, {"expiresInDays": 7}, required=False)


class ShareJson(TypedDict):
    """A link that shows the conversation as it was; `expiresAt` is null for one without an end."""

    id: str
    createdAt: datetime
    expiresAt: datetime | None


class NewShareJson(ShareJson):
    """A link with its path on this server, which is not to be had again."""

    path: str


class ShareList(TypedDict):
    """Links, the newest first."""

    shares: list[ShareJson]


@router.get("", response_model=ShareList, openapi_extra=answers(404))
async def newest(conversation_id: str, wiring: Wired, identity: Chatter) -> Response:
    """The links that still open it, without their paths."""
    found = await wiring.db.read(shares.newest, identity.account_id, conversation_id)
    return JsonAnswer({"shares": list(map(_json, found))})


@router.post("", response_model=NewShareJson, status_code=201, openapi_extra=NEW | answers(400, 404, 409, status=201))
async def create(conversation_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """A link to what is said by now: titles and texts, no cost, no persona, nobody's name."""
    body = await json_object(request) if await request.body() else {}
    days = _days(body.get("expiresInDays"))
    token, made = await wiring.db.write(shares.create, identity.account_id, conversation_id, days)
    return JsonAnswer(_json(made) | {"path": f"/s/{token}"}, 201)


@router.delete("/{share_id}", status_code=204, openapi_extra=answers(404, status=204))
async def withdraw(conversation_id: str, share_id: Id, wiring: Wired, identity: Chatter) -> Response:
    """From the next request on this link opens nothing."""
    await wiring.db.write(shares.withdraw, identity.account_id, conversation_id, share_id)
    return Response(status_code=204)


def _days(value: Any) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 7.0 is a whole number in JSON.
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Invalid(f"expiresInDays must be 1 to {LONGEST_DAYS}, or left out")
    return value


def _json(share: ShareView) -> ShareJson:
    return {"id": share.id, "createdAt": share.created_at, "expiresAt": share.expires_at}
