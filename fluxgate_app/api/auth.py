"""Signing in and out, and who one is."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from fluxgate_app.accounts import login, sessions, setup
from fluxgate_app.accounts.identity import Identity, identify
from fluxgate_app.api.deps import SignedIn, Wired, address, own_page
from fluxgate_app.api.document import answers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.models import Role
from fluxgate_app.wiring import Wiring

router = APIRouter(prefix="/api/auth", tags=["Accounts"])

# The server ends a session 14 days after its last use. A cookie cannot slide, so it lives as long as browsers allow.
_COOKIE_SECONDS = 400 * 24 * 60 * 60

OwnPage = Depends(own_page)


class Credentials(BaseModel):
    """What a person signs in with."""

    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=10_000)]


class FirstAdmin(Credentials):
    """Who becomes the first admin, with the token of the setup link."""

    token: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(max_length=200)] = ""


class Me(BaseModel):
    """A signed-in account."""

    id: str
    email: str
    name: str
    role: Role


@router.post("/login", response_model=Me, dependencies=[OwnPage], openapi_extra=answers(401, 429))
async def log_in(credentials: Credentials, request: Request, wiring: Wired) -> Response:
    """Begin a session: the answer sets its cookie. A session that the browser had before ends."""
    token = await login.log_in(
        wiring.db, wiring.login_throttle, credentials.email, credentials.password, address(request)
    )
    if old := request.cookies.get(sessions.COOKIE):
        await wiring.db.write(sessions.end, old)
    return await with_session(request, wiring, token)


@router.post("/setup", response_model=Me, dependencies=[OwnPage])
async def set_up(admin: FirstAdmin, request: Request, wiring: Wired) -> Response:
    """Make the first admin, once, and sign them in."""
    account = await setup.create_first_admin(wiring.db, admin.token, admin.email, admin.password, admin.name)
    return await with_session(request, wiring, await wiring.db.write(sessions.begin, account))


@router.post("/logout", dependencies=[OwnPage], status_code=204)
async def log_out(request: Request, wiring: Wired) -> Response:
    """End this browser's session, if there is one."""
    if token := request.cookies.get(sessions.COOKIE):
        await wiring.db.write(sessions.end, token)
    response = Response(status_code=204)
    response.delete_cookie(sessions.COOKIE)
    return response


@router.get("/me", response_model=Me)
async def me(identity: SignedIn) -> Response:
    """Who is asking, by cookie or key."""
    return JsonAnswer(_me(identity))


async def with_session(request: Request, wiring: Wiring, token: str) -> Response:
    """Who begins this session, and its cookie."""
    https = request.url.scheme == "https" or (wiring.settings.public_url or "").startswith("https://")
    response = JsonAnswer(_me(await wiring.db.read(identify, token)))
    response.set_cookie(
        sessions.COOKIE,
        token,
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=https,
    )
    return response


def _me(identity: Identity) -> dict[str, Any]:
    return {"id": identity.account_id, "email": identity.email, "name": identity.name, "role": identity.role}
