"""HEAD: what GET would answer, without its body (RFC 9110, section 9.3.2)."""

import asyncio
from contextlib import suppress

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fluxgate_app.api.connection import while_connected


class HeadAsGet:
    """An ASGI middleware. A stream is stopped once it has begun."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one websocket or the lifespan."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self._answer({**scope, "method": "GET"}, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        streaming = asyncio.Event()

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body"})
            elif message.get("more_body"):
                streaming.set()

        async def nobody_reads_on() -> Message:
            await streaming.wait()
            return {"type": "http.disconnect"}

        async def answer() -> None:
            await self.app(scope, receive, send_head)

        with suppress(ClientDisconnect):
            await while_connected(nobody_reads_on, answer())
