"""Each request has an id, in its answer and in every line that is logged because of it, and a line of its own."""

import logging
import time
from random import getrandbits
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

from fluxgate_app.api.errors import TRACKING_ID
from fluxgate_app.tracking.failures import masked

logger = logging.getLogger(__name__)

# Asked for so often that nobody would find anything else.
_QUIET = ("/assets/", "/healthz", "/readyz", "/metrics")
_LONGEST = 40
_REQUEST_ID = b"x-request-id"
_TRACKING_ID = TRACKING_ID.lower().encode()


class RequestLog:
    """A pure ASGI middleware. What nobody handled becomes a 500 here."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one websocket or the lifespan."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, begun = f"{getrandbits(64):016x}", time.perf_counter()
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        about: dict[str, Any] = {"method": scope["method"], "path": None, "status": None}

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [header for header in message.get("headers", ()) if header[0] != _REQUEST_ID]
                about["status"] = message["status"]
                if tracking_id := dict(headers).get(_TRACKING_ID):
                    about["tracking_id"] = tracking_id.decode("latin-1")
                message["headers"] = [*headers, (_REQUEST_ID, request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            logger.exception("request failed", extra={"method": scope["method"], "path": template(scope)})
            if about["status"] is None:
                await JSONResponse({"error": "Internal server error"}, 500)(scope, receive, send_with_id)
        finally:
            about.update(path=template(scope), ms=round((time.perf_counter() - begun) * 1000, 1))
            level = logging.DEBUG if scope["path"].startswith(_QUIET) else logging.INFO
            logger.log(level, "request", extra=about)


def template(scope: Scope) -> str:
    """The path without what it names: a shared chat's token is in it. The route's where there is one."""
    path: str | None = getattr(scope.get("route"), "path", None)
    if path:
        return path
    first, slash, rest = scope["path"].removeprefix("/").partition("/")
    return masked(f"/{first[:_LONGEST]}{'/…' if slash and rest else ''}", None)
