"""An answer that leaves as it is written, and stops being written when nobody is there to read it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import Protocol

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from fluxgate_app.api.connection import send_on, while_connected
from fluxgate_app.api.errors import TRACKING_ID, answer_headers
from fluxgate_app.api.stream_formats import StreamFormat
from fluxgate_app.chat.note import Tracking
from fluxgate_app.errors import FluxGateError

KEEP_ALIVE_SECONDS = 15.0


class Deltas(Protocol):
    """An answer's text as it comes. Its steps raise FluxGateError when it breaks."""

    @property
    def tracking_id(self) -> str | None: ...

    @property
    def tracking(self) -> Tracking | None: ...

    def __aiter__(self) -> AsyncIterator[str]: ...

    async def aclose(self) -> None:
        """The reader has gone, or has read everything."""
        ...


class AnswerStream(Response):
    """Status and headers leave with the first delta, so that a failure before it still has a status of its own."""

    def __init__(self, request: Request, stream: Deltas, form: StreamFormat):
        self.status_code = 200
        self.background = None
        self.media_type = form.media_type
        self.init_headers(form.headers | answer_headers(request))
        self._stream = stream
        self._form = form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Raises FluxGateError when it failed before the first byte."""
        with suppress(ClientDisconnect):
            await while_connected(receive, self._answer(_Writer(send, self._start)))

    async def _answer(self, writer: "_Writer") -> None:
        keeping_alive = asyncio.create_task(writer.keep_alive(self._form.keep_alive))
        try:
            async with aclosing(self._stream) as stream:
                async for text in stream:
                    if text:
                        await writer.write(self._form.delta(text))
            assert stream.tracking is not None  # What is not recorded raises.
            await writer.end(self._form.done(stream.tracking))
        except FluxGateError as error:
            if not writer.begun:
                raise
            last = self._form.failed(error.message)
            if last is not None:
                await writer.end(last)
            # Otherwise the server cuts the connection: it was never told that the answer is complete.
        finally:
            keeping_alive.cancel()

    def _start(self) -> Message:
        headers = MutableHeaders(raw=list(self.raw_headers))
        if self._stream.tracking_id is not None:
            headers[TRACKING_ID] = self._stream.tracking_id
        return {"type": "http.response.start", "status": self.status_code, "headers": headers.raw}


class _Writer:
    def __init__(self, send: Send, start: Callable[[], Message]):
        self.begun = False
        self._send = send
        self._start = start
        self._ended = False
        self._spoke_at = time.monotonic()

    async def write(self, data: bytes, *, more: bool = True) -> None:
        self._spoke_at = time.monotonic()
        if not self.begun:
            self.begun = True
            await self._send(self._start())
        await send_on(self._send, {"type": "http.response.body", "body": data, "more_body": more})

    async def end(self, data: bytes) -> None:
        self._ended = True
        await self.write(data, more=False)

    async def keep_alive(self, line: bytes | None) -> None:
        """Say something whenever nothing was said for a while: proxies cut silent connections."""
        while line is not None:
            await asyncio.sleep(KEEP_ALIVE_SECONDS - (time.monotonic() - self._spoke_at))
            if not self._ended and time.monotonic() - self._spoke_at >= KEEP_ALIVE_SECONDS:
                await self.write(line)
