"""One HTTP/1.1 connection: read requests, write replies, and notice at once when the client leaves."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import h11

READ_SIZE = 65536
CREDENTIALS = {"authorization", "x-api-key", "x-goog-api-key", "cookie"}


@dataclass(slots=True)
class Record:
    """A request and what became of it. Times are `time.monotonic()` seconds, None until it happened.

    `closed_at` is when the socket was seen closed by the client or was closed by us; a client that keeps its
    connection for the next request leaves it None.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    started_at: float
    ended_at: float | None = None
    closed_at: float | None = None
    end: Literal["answered", "dropped", "client left"] | None = None

    @property
    def model(self) -> str | None:
        """The model asked for, which Gemini names in the path."""
        if "model" in self.body:
            return str(self.body["model"])
        _, found, rest = self.path.partition("/models/")
        return rest.partition(":")[0] if found else None


class Reply:
    """The answer to one request: one JSON document, or a stream of server-sent events, or a dropped connection."""

    def __init__(self, http: h11.Connection, writer: asyncio.StreamWriter):
        self._http = http
        self._writer = writer

    async def json(self, status: int, document: Any, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(document).encode()
        await self._begin(status, {"content-type": "application/json", "content-length": str(len(body))}, headers)
        await self.send(body)
        await self.finish()

    async def begin_events(self) -> None:
        await self._begin(200, {"content-type": "text/event-stream", "cache-control": "no-cache"})

    async def send(self, data: bytes) -> None:
        await self._write(h11.Data(data=data))

    async def finish(self) -> None:
        await self._write(h11.EndOfMessage())

    def drop(self) -> None:
        """Close the socket in the middle of the reply, as a broken network does."""
        self._writer.close()

    async def _begin(self, status: int, headers: Mapping[str, str], more: Mapping[str, str] | None = None) -> None:
        await self._write(h11.Response(status_code=status, headers=list({**headers, **(more or {})}.items())))

    async def _write(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()


Handler = Callable[[Record, Reply], Awaitable[None]]


class Connection:
    """Serves one client's requests one after the other; `seen` is told of each before it is answered."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        handle: Handler,
        seen: Callable[[Record], None],
    ):
        self._reader = reader
        self._writer = writer
        self._handle = handle
        self._seen = seen
        self._http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        """Until the client leaves, a reply was dropped, or the server stops."""
        record: Record | None = None
        try:
            while (request := await self._next_request()) is not None:
                record = request
                self._seen(record)
                await self._answer(record)
                if self._http.our_state is not h11.DONE or self._writer.is_closing():
                    break
                self._http.start_next_cycle()
        except (ConnectionError, h11.ProtocolError):
            pass
        except asyncio.CancelledError:
            # Only the server's end cancels this, and asyncio would print it as if it were a fault.
            self._writer.transport.abort()
        finally:
            self._writer.close()
            if record is not None:
                record.closed_at = record.closed_at or time.monotonic()

    async def _next_request(self) -> Record | None:
        request: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(READ_SIZE))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return _record(request, bytes(body))
            else:
                return None

    async def _answer(self, record: Record) -> None:
        answering = asyncio.ensure_future(self._handle(record, Reply(self._http, self._writer)))
        leaving = asyncio.ensure_future(self._client_leaves())
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
                record.end = "dropped" if self._writer.is_closing() else "answered"
        except ConnectionError:
            pass
        finally:
            record.ended_at = time.monotonic()
            if record.end is None:
                record.end, record.closed_at = "client left", record.ended_at
            answering.cancel()
            leaving.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)

    async def _client_leaves(self) -> None:
        with suppress(ConnectionError):
            while data := await self._reader.read(READ_SIZE):
                self._http.receive_data(data)


def _record(request: h11.Request, body: bytes) -> Record:
    headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
    return Record(
        method=request.method.decode(),
        path=urlsplit(request.target.decode("latin-1")).path,
        headers={name: value for name, value in headers.items() if name not in CREDENTIALS},
        body=_document(body),
        started_at=time.monotonic(),
    )


def _document(body: bytes) -> dict[str, Any]:
    try:
        document: Any = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}
