"""What routes ask for: the wiring, who is asking, the client's address, a body read after all that."""

from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic_core import from_json
from structlog.contextvars import bind_contextvars

from fluxgate_app.accounts.identity import Identity, authenticate
from fluxgate_app.accounts.limits import quota
from fluxgate_app.accounts.sessions import COOKIE
from fluxgate_app.api.errors import UnauthorizedInText, answer_headers
from fluxgate_app.api.origins import refuse_foreign_pages
from fluxgate_app.api.stream_formats.ui_messages import PROTOCOL, VERSION
from fluxgate_app.errors import Forbidden, Invalid, Unauthorized
from fluxgate_app.tracking.record import Owner
from fluxgate_app.wiring import Wiring

EVENT_STREAM = "text/event-stream"
_READS = ("GET", "HEAD", "OPTIONS")


async def wired(request: Request) -> Wiring:
    """The long-lived objects that this API was created with."""
    wiring: Wiring = request.app.state.wiring
    return wiring


Wired = Annotated[Wiring, Depends(wired)]


async def known(wiring: Wiring, *, cookie: str | None = None, key: str | None = None) -> Identity:
    """Whose cookie or key this is, for the route and for the log. Raises Unauthorized."""
    identity = await authenticate(wiring.db, cookie, key)
    bind_contextvars(account=identity.account_id)
    return identity


async def signed_in(request: Request, wiring: Wired) -> Identity:
    """Who is asking, by key or by cookie. Raises Unauthorized; Forbidden when a foreign page would write by cookie."""
    identity = await known(wiring, cookie=request.cookies.get(COOKIE), key=bearer(request))
    if identity.api_key_id is None:
        await own_page(request, wiring)
    return identity


async def own_page(request: Request, wiring: Wired) -> None:
    """Raises Forbidden when a foreign page would change something."""
    if request.method not in _READS:
        refuse_foreign_pages(request.headers, wiring.settings.public_url)


async def person(request: Request, wiring: Wired) -> Identity:
    """Who is signed in, by cookie only: a key that leaked must not open the doors. Raises as `signed_in`."""
    identity = await known(wiring, cookie=request.cookies.get(COOKIE))
    await own_page(request, wiring)
    return identity


Person = Annotated[Identity, Depends(person)]


async def admin(identity: Person) -> Identity:
    """An admin, by cookie only. Raises as `person`, and Forbidden."""
    if not identity.is_admin:
        raise Forbidden
    return identity


async def chatter(request: Request, wiring: Wired) -> Identity:
    """Who is asking, when they may chat. Raises as `signed_in`, and Forbidden for a key without that scope."""
    identity = await signed_in(request, wiring)
    identity.require("chat")
    return identity


async def embedder(request: Request, wiring: Wired) -> Identity:
    """Who is asking, when they may embed. Raises as `signed_in`, and Forbidden for a key without that scope."""
    identity = await signed_in(request, wiring)
    identity.require("embeddings")
    return identity


async def event_reader(request: Request, wiring: Wired) -> Identity:
    """Who is asking, when they may read events. Raises as `signed_in`, and Forbidden for a key without that scope."""
    identity = await signed_in(request, wiring)
    identity.require("events:read")
    return identity


async def event_writer(request: Request, wiring: Wired) -> Identity:
    """Who sends events: by key only. Raises Unauthorized; Forbidden unless an admin granted it (spec section 4)."""
    identity = await known(wiring, key=bearer(request))
    identity.require("events:write")
    if identity.scopes is None and not identity.is_admin:
        raise Forbidden
    return identity


async def chatter_in_text(request: Request, wiring: Wired) -> Identity:
    """The same on a stream of plain text, where nobody is refused in plain text too (spec section 5)."""
    try:
        return await chatter(request, wiring)
    except Unauthorized as error:
        if wants_events(request):
            raise
        raise UnauthorizedInText from error


Admin = Annotated[Identity, Depends(admin)]
SignedIn = Annotated[Identity, Depends(signed_in)]
Chatter = Annotated[Identity, Depends(chatter)]
Embedder = Annotated[Identity, Depends(embedder)]
EventWriter = Annotated[Identity, Depends(event_writer)]
EventReader = Annotated[Identity, Depends(event_reader)]
ChatterInText = Annotated[Identity, Depends(chatter_in_text)]


def owner(identity: Identity) -> Owner:
    """Whose event a call of theirs becomes."""
    return Owner(account=identity.account_id, api_key=identity.api_key_id)


def wants_events(request: Request) -> bool:
    """Whether the client asks for a stream of typed events."""
    return EVENT_STREAM in request.headers.get("accept", "").lower()


def wants_ui_messages(request: Request) -> bool:
    """Whether the client asks for the AI SDK's UI message stream by its header."""
    return request.headers.get(PROTOCOL) == VERSION


def address(request: Request) -> str:
    """The client's address, as the outermost trusted proxy saw it."""
    return request.client.host if request.client else ""


async def json_object(request: Request) -> dict[str, Any]:
    """The body, read only now, so that nobody makes us parse before they are known. Raises Invalid."""
    try:
        body = from_json(await request.body(), allow_inf_nan=False)
    except ValueError:
        raise Invalid("Invalid JSON") from None
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object")
    return body  # pyright: ignore[reportUnknownVariableType]


async def take(request: Request, wiring: Wiring, identity: Identity) -> None:
    """Count a valid call against the limit and say in the answer's headers what is left. Raises RateLimited."""
    allowance = await wiring.limits.take(*quota(identity, wiring.settings))
    answer_headers(request).update(
        {
            "X-RateLimit-Limit": str(allowance.limit),
            "X-RateLimit-Remaining": str(allowance.remaining),
            "X-RateLimit-Reset": str(allowance.reset_seconds),
        }
    )


def bearer(request: Request) -> str | None:
    """The key that the request carries, None without one. Several are nobody's: a proxy may have read another one."""
    scheme, _, value = ", ".join(request.headers.getlist("authorization")).partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None
