"""A vendor's stream on its way to the client: its bytes as they are, tracked by reading them beside."""

from collections.abc import Callable
from typing import Self

from aiohttp import ClientError, StreamReader

from fluxgate_app.errors import Blocked
from fluxgate_app.gateway.event_stream import Splitter, data_of
from fluxgate_app.tracking import wire
from fluxgate_app.tracking.call import Call
from fluxgate_app.tracking.failures import Reported


class PassedStream:
    """Bytes of whole events. It ends as the vendor's did; one that was cut or fell silent ends with an error event.

    `hang_up` closes the vendor's connection, `failed` makes the error event.
    """

    def __init__(
        self, content: StreamReader, hang_up: Callable[[], None], call: Call, failed: Callable[[Exception], bytes]
    ):
        self._content = content
        self._hang_up = hang_up
        self._call = call
        self._failed = failed
        self._events = Splitter()
        self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._ended:
            try:
                data = await self._content.readany()
            except (ClientError, TimeoutError) as error:
                self._ended = True
                self._call.fail(error)
                return self._failed(error)
            except BaseException as error:
                self._call.fail(error)
                raise
            if shown := self._shown(data) if data else self._last():
                return shown
        raise StopAsyncIteration

    def _cut(self, shown: list[bytes], error: Blocked) -> bytes:
        """What came before it is the client's; nothing comes after it."""
        self._ended = True
        self._call.fail(error)
        self._hang_up()
        return b"".join([*shown, self._failed(error)])

    async def aclose(self) -> None:
        """Stop the vendor; the call is recorded first."""
        self._ended = True
        self._call.stop()
        self._hang_up()

    def _shown(self, data: bytes) -> bytes:
        shown: list[bytes] = []
        try:
            for event in self._events.feed(data):
                if self._see(event):
                    shown.append(event)
        except Blocked as error:
            return self._cut(shown, error)
        return b"".join(shown)

    def _last(self) -> bytes:
        self._ended = True
        rest = self._events.rest
        shown = rest if rest and self._see(rest) else b""
        self._call.finish()
        return shown

    def _see(self, event: bytes) -> bool:
        chunk = wire.read(data_of(event))
        if chunk is None:
            return True
        if "error" in chunk and chunk["error"] is not None:
            self._call.fail(Reported(chunk))
            return True
        return self._call.see(chunk)
