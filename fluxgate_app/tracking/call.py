"""One call's life: it starts, its first content comes, it ends, and both ends are recorded exactly once."""

import logging
from _thread import start_new_thread
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from fluxgate_app.errors import Blocked
from fluxgate_app.tracking import telemetry, watch
from fluxgate_app.tracking.failures import failure, may_be_billed
from fluxgate_app.tracking.line import Line
from fluxgate_app.tracking.live import live
from fluxgate_app.tracking.post import asked, heard_first
from fluxgate_app.tracking.record import CallStart, Context, CostTrackingResponse, Status
from fluxgate_app.tracking.settlement import Ending, settle
from fluxgate_app.tracking.usage.estimate import texts
from fluxgate_app.tracking.usage.vocabulary import prepare
from fluxgate_app.tracking.vendor import Arguments, Method
from fluxgate_app.ulids import new_ulid

logger = logging.getLogger(__name__)


def new_tracking_id() -> str:
    """An id for a call, `evt_…`; those made later sort after it."""
    return f"evt_{new_ulid()}"


class Call:
    """A call that is under way. Whatever goes wrong in here is logged and never reaches the caller.

    `request` is what to send, `hang_up` closes an async stream, `waits` is true until a lazy stream is first pulled,
    `tracking` is None until the end.
    """

    __slots__ = (
        "_answer",
        "_began",
        "_first",
        "_line",
        "_once",
        "_prompt",
        "_refused",
        "_start",
        "_touched",
        "_trace",
        "_watch",
        "_whole",
        "hang_up",
        "request",
        "tracking",
        "waits",
    )

    def __init__(self, line: Line, method: Method, context: Context, arguments: Arguments):
        wanted = asked(arguments) if method.posts else arguments
        streamed = method.streams(wanted)
        self.tracking: CostTrackingResponse | None = None
        self.waits = method.lazy and streamed
        self.hang_up = method.hang_up
        self._line = line
        self._answer = method.answer(bool(line.sink and line.sink.keeps_content))
        self.request = self._answer.request(arguments, line.party.host, streamed)
        if method.posts:
            self.request = heard_first(self.request, self.hear)
        self._prompt = self._answer.prompt(wanted)
        self._first: float | None = None
        self._touched = self._refused = self._whole = False
        self._once = Lock()
        self._watch = watch.take()
        self._start = CallStart(
            tracking_id=self._watch.tracking_id if self._watch else new_tracking_id(),
            created_at=datetime.now(UTC),
            origin=line.origin,
            provider=line.party.provider,
            endpoint_host=line.party.host,
            model=str(wanted.get("model") or "unknown"),
            kind=method.kind,
            is_streamed=streamed,
            owner=line.owner,
            context=context,
        )
        live.add(self)
        self._record_start()
        self._trace = telemetry.begin(self._start, recorded=line.sink is not None)
        self._began = line.clock()

    @property
    def is_streamed(self) -> bool:
        """Whether the answer comes in chunks."""
        return self._start.is_streamed

    @property
    def tracking_id(self) -> str:
        """The event's id, known from the start."""
        return self._start.tracking_id

    def traced(self) -> AbstractContextManager[None]:
        """What the vendor's SDK is called within, so that its own spans lie within this call's."""
        return nullcontext() if self._trace is None else self._trace.current()

    def leaves(self) -> None:
        """The request of a lazy stream leaves only now, so this is when its clock starts."""
        self.waits = False
        self._began = self._line.clock()

    def asked_too_much(self, error: Exception) -> bool:
        """Whether the caller's own arguments may pass where `request` was refused."""
        return self._answer.asked_too_much(error)

    def see(self, chunk: Any) -> bool:
        """Take in the next chunk of a stream; False hides it from the caller. Raises Blocked as the watch does."""
        answer = self._answer
        self._touched = True
        try:
            shown = answer.see(chunk)
        except Exception:
            logger.debug("a chunk could not be read", exc_info=True)
            return True
        if self._first is None and answer.begun:
            self._first = self._line.clock()
            prepare(self._start.model)
        if self._watch is not None and answer.status is None:
            self._watch.grew(answer.characters)
        return shown

    def hear(self, response: Any) -> None:
        """Take in a whole response, once."""
        if self._whole:
            return
        self._touched = self._whole = True
        try:
            self._answer.read(response)
        except Exception:
            logger.debug("a response could not be read", exc_info=True)

    def answered(self, response: Any) -> None:
        """The whole response is here; it carries what is known of its call from now on."""
        self.hear(response)
        self.finish()
        self.mark(response)

    def mark(self, response: Any) -> None:
        """Let this carry what is known of the call."""
        try:
            # Past the vendor's own `__setattr__`, so that no dump of the response shows it.
            object.__setattr__(response, "fluxgate_cost_tracking_response", self.tracking)
        except (AttributeError, TypeError):
            logger.debug("a response of type %s cannot carry its tracking", type(response).__name__)

    def finish(self) -> None:
        """The answer ended by itself: without a finish reason it was cut (spec section 2, "How a call ends")."""
        status, error = self._answer.status, self._answer.error
        if error is not None:
            self._break(error)
        elif status is None:
            self._end(Status.ERROR, "truncated", "The answer ended without a finish reason.")
        elif status is Status.ERROR:
            self._end(status, "finish_reason", None)
        else:
            self._end(status)

    def stop(self) -> None:
        """The caller wants no more of it: CANCELLED, unless the answer had already ended."""
        if self._answer.status is None:
            self._end(Status.CANCELLED)
        else:
            self.finish()

    def drop(self) -> None:
        """The same, said by a finalizer."""
        if self not in live or self._once.locked():
            return
        try:
            # The collector may have interrupted this very thread inside a lock that the sink needs.
            start_new_thread(self.stop, ())
        except RuntimeError:  # No threads are left, or the interpreter is going down.
            self.stop()

    def fail(self, error: BaseException) -> None:
        """It broke, or was cancelled, which comes as an exception that is no `Exception`."""
        if isinstance(error, Blocked):
            self._end(Status.BLOCKED, error.code, error.message)
        elif not isinstance(error, Exception):
            self.stop()
        elif self._whole and self._answer.status is not Status.SUCCESS:
            # The answer is here and ended badly, so the SDK could not make of it what the caller wanted.
            self.finish()
        else:
            self._break(error)

    def _break(self, error: Exception) -> None:
        try:
            why = failure(error, self._line.party.api_key, lambda: texts(self._prompt))
        except Exception:
            logger.exception("a failed call could not be read")
            self._end(Status.ERROR, type(error).__name__)
        else:
            self._refused = not (self._touched or may_be_billed(error, why.status))
            self._end(why.status, why.type, why.message)

    def _end(self, status: Status, error_type: str | None = None, error_message: str | None = None) -> None:
        # Consumer, canceller and garbage collector may all come at once; the first one is right.
        if self not in live or not self._once.acquire(blocking=False):
            return
        start = self._start
        whole, first = self._since(self._line.clock()), None if self._first is None else self._since(self._first)
        try:
            ending = Ending(status, error_type, error_message, whole, first, left=not (self.waits or self._refused))
            end = settle(start, self._line, self._answer, self._prompt, ending)
            self.tracking = CostTrackingResponse(
                status,
                end.cost,
                start.tracking_id,
                start.created_at,
                error_message,
                end.usage,
                end.cost_source,
                end.tokens_estimated,
            )
            if self._trace is not None:
                self._trace.end(start, end)
            if self._line.sink is not None:
                self._line.sink.ended(start, end)
        except Exception:
            logger.exception("the end of call %s could not be recorded", self._start.tracking_id)
        finally:
            live.discard(self)
            if self._watch is not None:
                self._watch.ended(self.tracking and self.tracking.cost)

    def _since(self, then: float) -> float:
        return (then - self._began) * 1000

    def _record_start(self) -> None:
        try:
            if self._line.sink is not None:
                self._line.sink.started(self._start)
        except Exception:
            logger.exception("the start of call %s could not be recorded", self._start.tracking_id)
