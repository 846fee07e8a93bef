"""Which requests are open, so that one that never ends by itself cannot keep the server from stopping."""

import asyncio
import signal
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

# The parent sends it to a worker just before it tells it to end: the server itself waits for open requests for ever.
STOPPING = signal.SIGUSR1


class OpenRequests:
    """A pure ASGI middleware around everything: once STOPPING came, what is still open after the grace is cut off."""

    def __init__(self, app: ASGIApp, grace_seconds: float = 2.0):
        self.app = app
        self.grace_seconds = grace_seconds
        self._open: set[asyncio.Task[Any]] = set()
        self._stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one websocket or the lifespan."""
        task = asyncio.current_task()
        if scope["type"] == "lifespan":
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(STOPPING, loop.call_later, self.grace_seconds, self._cut_off)
        if scope["type"] != "http" or task is None:
            await self.app(scope, receive, send)
            return
        self._open.add(task)
        try:
            await self.app(scope, receive, send)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            self._open.discard(task)

    def _cut_off(self) -> None:
        self._stopping = True
        for task in self._open:
            task.cancel()
