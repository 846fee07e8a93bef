"""A stream that records its own call while the caller consumes it, however that ends."""

from typing import Any, Self

from fluxgate_app.tracking.call import Call
from fluxgate_app.tracking.proxy import Proxy
from fluxgate_app.tracking.record import CostTrackingResponse


class Tracked(Proxy):
    """What both kinds of stream have: the vendor's stream within, and the call whose answer it is.

    Letting go of it (garbage collection) ends the call as closing it does.
    """

    __slots__ = ("_call",)
    _call: Call

    def __init__(self, stream: Any, call: Call):
        Proxy.__init__(self, stream)
        object.__setattr__(self, "_call", call)

    @classmethod
    def over(cls, reader: Any, stream: "Tracked") -> Self:
        """Around what reads that stream for the caller: it is the same call's answer."""
        return cls(reader, stream._call)

    @property
    def fluxgate_cost_tracking_response(self) -> CostTrackingResponse | None:
        """What is known of the call; None until the stream has ended."""
        return self._call.tracking

    @property
    def fluxgate_tracking_id(self) -> str:
        """The event's id, known before the first chunk."""
        return self._call.tracking_id

    def stop(self) -> None:
        """End the call, and leave the vendor's stream as it is."""
        self._call.stop()

    def __del__(self) -> None:
        self._call.drop()


class TrackedStream(Tracked):
    """A vendor's stream: iterated, closed and entered like the bare one."""

    __slots__ = ()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        call, stream = self._call, self._target
        if call.waits:
            call.leaves()
        try:
            while True:
                chunk = stream.__next__()
                if call.see(chunk):
                    return chunk
        except StopIteration:
            call.finish()
            raise
        except BaseException as error:
            call.fail(error)
            raise

    def close(self) -> None:
        """End the call and close the vendor's stream."""
        self._call.stop()
        self._target.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


class TrackedAsyncStream(Tracked):
    """A vendor's async stream: iterated, closed and entered like the bare one."""

    __slots__ = ()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        call, stream = self._call, self._target
        if call.waits:
            call.leaves()
        try:
            while True:
                chunk = await stream.__anext__()
                if call.see(chunk):
                    return chunk
        except StopAsyncIteration:
            call.finish()
            raise
        except BaseException as error:
            call.fail(error)
            raise

    async def close(self) -> None:
        """End the call and close the vendor's stream; the same as `aclose`."""
        call, stream = self._call, self._target
        # Ended first: the closing can be cancelled, the recording cannot.
        call.stop()
        await (stream.aclose() if call.waits else call.hang_up(stream))

    async def aclose(self) -> None:
        """End the call and close the vendor's stream, as `contextlib.aclosing` does it."""
        await self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self.close()
