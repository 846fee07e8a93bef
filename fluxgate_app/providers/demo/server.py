"""The demo provider's HTTP server, in a thread of its own with an event loop of its own."""

import asyncio
from collections import deque
from concurrent.futures import Future
from functools import partial
from threading import Lock, Thread
from typing import Self

from fluxgate_app.providers.demo.connection import Connection, Record
from fluxgate_app.providers.demo.routes import respond

KEPT_REQUESTS = 256


class DemoServer:
    """Listens on 127.0.0.1, on a port of its own choice, from `start()` to `stop()`; starts in milliseconds.

    `pace` stretches or shortens every pause: 1 is as lively as a real vendor, 0 answers at once.
    `requests` holds the last requests, the newest last.
    """

    def __init__(self, pace: float = 1.0):
        self.pace = pace
        self.requests: deque[Record] = deque(maxlen=KEPT_REQUESTS)
        self._lock = Lock()
        self._thread: Thread | None = None
        self._port = 0

    def start(self) -> None:
        """Listen, unless it does already. Any thread may call it."""
        with self._lock:
            if self._thread is not None:
                return
            listening: Future[int] = Future()
            self._thread = Thread(target=lambda: asyncio.run(self._serve(listening)), name="demo-provider", daemon=True)
            self._thread.start()
            self._port = listening.result()

    def stop(self) -> None:
        """Drop what is being answered and end the thread."""
        with self._lock:
            if self._thread is None:
                return
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, once started."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def openai_url(self) -> str:
        """What `OPENAI_BASE_URL` wants: `/v1` included."""
        return f"{self.url}/v1"

    @property
    def anthropic_url(self) -> str:
        """What `ANTHROPIC_BASE_URL` wants: without `/v1`."""
        return self.url

    @property
    def gemini_url(self) -> str:
        """What `GOOGLE_GEMINI_BASE_URL` wants: without a version."""
        return self.url

    async def _serve(self, listening: "Future[int]") -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        listening.set_result(server.sockets[0].getsockname()[1])
        await self._stopping.wait()
        server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Connection(reader, writer, partial(respond, pace=self.pace), self.requests.append).serve()
