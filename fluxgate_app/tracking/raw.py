"""Raw responses, as the SDKs' `with_raw_response` gives them: the headers at once, and a body to be parsed."""

import inspect
from collections.abc import Awaitable
from typing import Any

from fluxgate_app.tracking.call import Call
from fluxgate_app.tracking.proxy import Proxy
from fluxgate_app.tracking.record import CostTrackingResponse
from fluxgate_app.tracking.stream import TrackedAsyncStream, TrackedStream


def is_raw(answer: Any) -> bool:
    """Whether the SDK gave this because the raw response was asked for."""
    return hasattr(answer, "http_response") and callable(getattr(answer, "parse", None))


class RawStream(Proxy):
    """A raw response that streams: what it is parsed to is the tracked stream. Never parsed, it was cancelled."""

    __slots__ = ("_call", "_stream")
    _call: Call
    _stream: Any

    def __init__(self, response: Any, call: Call):
        Proxy.__init__(self, response)
        object.__setattr__(self, "_call", call)
        object.__setattr__(self, "_stream", None)

    @property
    def fluxgate_cost_tracking_response(self) -> CostTrackingResponse | None:
        """What is known of the call; None until the stream has ended."""
        return self._call.tracking

    def parse(self, **kind: Any) -> Any:
        """The stream; to be awaited where the SDK's own `parse` is."""
        parsed = self._target.parse(**kind)
        return self._later(parsed) if inspect.isawaitable(parsed) else self._tracked(parsed)

    async def _later(self, parsed: Awaitable[Any]) -> Any:
        return self._tracked(await parsed)

    def _tracked(self, stream: Any) -> Any:
        if self._stream is None:
            tracked = TrackedAsyncStream if hasattr(stream, "__anext__") else TrackedStream
            object.__setattr__(self, "_stream", tracked(stream, self._call))
        return self._stream

    def __del__(self) -> None:
        if self._stream is None:
            self._call.drop()


def raw_answered(response: Any, call: Call) -> Any:
    """The raw response as the caller gets it; a whole one is parsed here first, which the SDK does only once."""
    if call.is_streamed:
        return RawStream(response, call)
    try:
        call.answered(response.parse())
    except Exception as error:
        call.fail(error)
    call.mark(response)
    return response


async def raw_answered_async(response: Any, call: Call) -> Any:
    """The same of an async client."""
    if call.is_streamed:
        return RawStream(response, call)
    try:
        parsed = response.parse()
        call.answered(await parsed if inspect.isawaitable(parsed) else parsed)
    except Exception as error:
        call.fail(error)
    call.mark(response)
    return response
