"""An answer that is being written: it goes on whoever follows it or leaves, until its end or until it is stopped."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from fluxgate_app.chat.completion_stream import CompletionStream
from fluxgate_app.chat.failures import UNEXPECTED, WITHHELD
from fluxgate_app.chat.note import Tracking
from fluxgate_app.chat.text import GrowingText, Piece
from fluxgate_app.errors import FluxGateError
from fluxgate_app.models import MessageStatus
from fluxgate_app.tracking import Status

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 0.05
_WITHHELD = (Status.BLOCKED, Status.CONTENT_FILTER, Status.RECITATION, Status.MALFORMED_REQUEST)


class Writing:
    """One answer, under the id of its message. Offsets are those of `Piece`: what JavaScript counts.

    `status` is STREAMING until the provider is done; `error` says in words why it FAILED and `code` in one word, and
    `failure` is what was raised, if it was one of ours. `written` is called at the provider's end: it sees to it that
    `announce_end` is. What is written now is added to what is there `so_far`.
    """

    def __init__(self, message_id: str, stream: CompletionStream[str], written: Callable[[], None], so_far: str = ""):
        self.message_id = message_id
        self.status = MessageStatus.STREAMING
        self.error: str | None = None
        self.code: str | None = None
        self.retry_after: float | None = None
        self._failed_at = 0.0
        self.failure: FluxGateError | None = None
        self._text = GrowingText()
        self._text.add(so_far)
        self._stream = stream
        self._cancelled_as = MessageStatus.INTERRUPTED
        self._news = asyncio.Event()
        self._ended = asyncio.Event()
        self._written = written
        self._writing = asyncio.create_task(self._write(), name=f"writing {message_id}")
        self._writing.add_done_callback(self._settle)

    @property
    def text(self) -> str:
        """All of it, so far."""
        return str(self._text)

    @property
    def length(self) -> int:
        """How long that is in UTF-16 code units: the offset at which the next piece will begin."""
        return self._text.length

    @property
    def ended(self) -> bool:
        """Whether it is over: nothing will be added, and followers have been told."""
        return self._ended.is_set()

    @property
    def tracking_id(self) -> str | None:
        """The recorded call's id, from the moment the request leaves."""
        return self._stream.tracking_id

    @property
    def tracking(self) -> Tracking | None:
        """Status, cost, usage and times of the call, once it has ended."""
        return self._stream.tracking

    def since(self, offset: int) -> Piece:
        """What a reader lacks who has everything up to this offset."""
        return self._text.since(offset)

    async def follow(self, offset: int = 0, gather_seconds: float = FLUSH_SECONDS) -> AsyncGenerator[Piece]:
        """Everything from this offset on, then what is added, gathered over this time; ends with the answer."""
        position = min(offset, self.length)
        while True:
            news = self._news
            piece = self.since(position)
            if piece.text:
                position = piece.end
                yield piece
                with suppress(TimeoutError):
                    async with asyncio.timeout(gather_seconds):
                        await self._ended.wait()
            elif self.ended:
                return
            else:
                await news.wait()

    async def wait(self) -> None:
        """Until it is over."""
        await self._ended.wait()

    def stop(self) -> None:
        """Close the provider's connection; the text so far stays. Nothing happens when the answer is already there."""
        self._cancel(MessageStatus.STOPPED)

    @property
    def wait_left(self) -> float:
        """Seconds until the provider that refused it answers again; 0 when it does, or did not say."""
        return max(0.0, (self.retry_after or 0) - (time.monotonic() - self._failed_at))

    def interrupt(self) -> None:
        """Like `stop`, when it is this process that ends and not a person who had enough."""
        self._cancel(MessageStatus.INTERRUPTED)

    def announce_end(self) -> None:
        """Tell everybody who follows or waits that it is over."""
        self._ended.set()
        self._tell()

    def _cancel(self, status: MessageStatus) -> None:
        if not self._writing.done() and not self._writing.cancelling():
            self._cancelled_as = status
            self._writing.cancel()

    async def _write(self) -> None:
        async with aclosing(self._stream):
            async for delta in self._stream:
                self._text.add(delta)
                self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _settle(self, writing: asyncio.Task[None]) -> None:
        if writing.cancelled():
            self.status = self._cancelled_as
        elif error := writing.exception():
            self._fail(error)
        elif self._stream.finish in _WITHHELD:
            self.status, self.code = MessageStatus.FAILED, "withheld"
            self.error = WITHHELD
        else:
            self.status = MessageStatus.DONE
        self._written()

    def _fail(self, error: BaseException) -> None:
        self.status = MessageStatus.FAILED
        if isinstance(error, FluxGateError):
            self.failure = error
            self.error, self.code = error.message, getattr(error, "code", "refused")
            self.retry_after, self._failed_at = getattr(error, "retry_after", None), time.monotonic()
        else:
            self.error, self.code = UNEXPECTED, "unexpected"
            logger.error("writing %s failed", self.message_id, exc_info=error)
