"""Sign-up: whether it is open, who opens it, and the account that comes of it."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from fluxgate_app.api.auth import Credentials, Me, OwnPage, with_session
from fluxgate_app.api.deps import Admin, Wired, address
from fluxgate_app.api.document import answers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.fields import Flag

router = APIRouter(prefix="/api/auth/signup", tags=["Accounts"])


class SignUpState(BaseModel):
    """Whether people may make accounts for themselves."""

    open: Flag


class Newcomer(Credentials):
    """Who makes an account."""

    name: Annotated[str, Field(max_length=200)] = ""


@router.get("", response_model=SignUpState)
async def is_open(wiring: Wired) -> Response:
    """Whether anybody may make an account, for the sign-in page."""
    return JsonAnswer({"open": await wiring.sign_up.is_open()})


@router.put("", response_model=SignUpState)
async def open_or_close(wanted: SignUpState, wiring: Wired, admin: Admin) -> Response:
    """Open or close it, by an admin's cookie."""
    await wiring.sign_up.open(wanted.open, admin.account_id)
    return JsonAnswer({"open": wanted.open})


@router.post("", response_model=Me, dependencies=[OwnPage], openapi_extra=answers(429))
async def sign_up(newcomer: Newcomer, request: Request, wiring: Wired) -> Response:
    """Make an account, while that is open, and sign in with it."""
    name, email, password = newcomer.name, newcomer.email, newcomer.password
    token = await wiring.sign_up.sign_up(email, password, name, address(request))
    return await with_session(request, wiring, token)
