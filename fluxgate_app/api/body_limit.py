"""Bodies that are too large are refused before they are read (spec section 5), and those that do not come."""

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fluxgate_app.api.errors import refusal

MIB = 1024 * 1024
TOO_LARGE = "Body too large"
# Connections are few: who holds one must not keep it for ever by sending nothing, or next to nothing.
PATIENCE_SECONDS = 30.0
LEAST_BYTES_PER_SECOND = 16 * 1024


class BodyLimit:
    """An ASGI middleware: bytes allowed in a body, by the beginning of the path."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int]):
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse by the announced length; without one, as soon as more has arrived."""
        limit = self._limit(scope)
        if limit is None:
            await self.app(scope, receive, send)
        elif _announced(scope) > limit:
            await refusal(scope, TOO_LARGE, 413)(scope, receive, send)
        else:
            await self.app(scope, _counted(receive, limit), send)

    def _limit(self, scope: Scope) -> int | None:
        if scope["type"] != "http":
            return None
        return next((limit for start, limit in self.limits.items() if scope["path"].startswith(start)), None)


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _counted(receive: Receive, limit: int) -> Receive:
    received, complete = 0, False
    clock = asyncio.get_running_loop().time
    begun = clock()

    async def counted() -> Message:
        nonlocal received, complete
        if complete:
            # What is still to come is that the client left, which may take as long as it likes.
            return await receive()
        try:
            earned = begun + received / LEAST_BYTES_PER_SECOND
            async with asyncio.timeout_at(min(earned, clock()) + PATIENCE_SECONDS):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, "The body did not arrive in time") from None
        complete = not message.get("more_body", False)
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, TOO_LARGE)
        return message

    return counted
