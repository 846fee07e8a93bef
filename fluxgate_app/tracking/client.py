"""Stand in front of a vendor's client and track the calls that its vendor file names."""

import inspect
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Self

from fluxgate_app.tracking.call import Call
from fluxgate_app.tracking.line import Line, party
from fluxgate_app.tracking.price_list import version
from fluxgate_app.tracking.prices import Prices
from fluxgate_app.tracking.proxy import Proxy
from fluxgate_app.tracking.raw import is_raw, raw_answered, raw_answered_async
from fluxgate_app.tracking.record import Context, CostOverride, CostTrackingResponse, Origin, Owner, Sink, User
from fluxgate_app.tracking.stream import TrackedAsyncStream, TrackedStream
from fluxgate_app.tracking.vendor import Method, Vendor


class WithContext(ABC):
    """The one thing that a tracked client has beyond the vendor's."""

    __slots__ = ()

    def with_context(
        self,
        *,
        feature: str | None = None,
        step: str | None = None,
        user: str | User | None = None,
        session_id: str | None = None,
        conversation_id: str | None = None,
        metadata: Any = None,
        cost_override: CostOverride | None = None,
    ) -> Self:
        """A new client whose calls carry this context; what is not given is as it was, and this client stays the same.

        `metadata` is any JSON: an object is laid over what was there, key by key; anything else takes its place, as the
        one key `value`.
        """
        return self._bound(
            feature=feature,
            step=step,
            user=user if user is None or isinstance(user, User) else User(str(user)),
            session_id=session_id,
            conversation_id=conversation_id,
            metadata=metadata,
            cost_override=cost_override,
        )

    @abstractmethod
    def _bound(self, **context: Any) -> Self: ...


class Namespace(Proxy):
    """A part of a tracked client on the way to a tracked call, such as `client.chat`."""

    __slots__ = ("_context", "_line", "_path", "_vendor")
    _vendor: Vendor
    _line: Line
    _context: Context
    _path: str

    def __init__(self, target: Any, vendor: Vendor, line: Line, context: Context, path: str = ""):
        Proxy.__init__(self, target)
        for name, value in (("_vendor", vendor), ("_line", line), ("_context", context), ("_path", path)):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        value = Proxy.__getattr__(self, name)
        path = f"{self._path}.{name}" if self._path else name
        path = self._vendor.aliases.get(path, path)
        if method := self._vendor.methods.get(path):
            once = tracked(value, method, self._line, self._context)
            return method.several(once, value, self) if method.several else once
        if helper := self._vendor.helpers.get(path):
            return helper(value, self)
        if name == "with_raw_response":
            # It is made of a part of the client, whose methods it asks by.
            return type(value)(self)
        if path in self._vendor.namespaces:
            return Namespace(value, self._vendor, self._line, self._context, path)
        return value


class Client(Namespace, WithContext):
    """A tracked client: the vendor's own, but for its tracked calls and for `with_context`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        value = Namespace.__getattr__(self, name)
        return self._renewing(value) if name in self._vendor.renewing else value

    def _bound(self, **context: Any) -> Self:
        return type(self)(self._target, self._vendor, self._line, self._context.merged(**context))

    def _renewing(self, renew: Callable[..., Any]) -> Callable[..., Self]:
        """A method such as `with_options`, whose new client is tracked like this one."""

        @wraps(renew)
        def renewed(*args: Any, **kwargs: Any) -> Self:
            client, vendor, line = renew(*args, **kwargs), self._vendor, self._line
            return type(self)(client, vendor, replace(line, party=party(vendor, client, line.named)), self._context)

        return renewed


def track(
    client: Any,
    vendor: Vendor,
    *,
    sink: Sink | None,
    provider: str | None,
    origin: Origin,
    owner: Owner,
    prices: Prices,
) -> Any:
    """The tracked client of this vendor; reads in the price list, so that no call has to wait for it."""
    version()
    line = Line(party(vendor, client, provider), provider, sink or default_sink(), origin, owner, prices)
    return Client(client, vendor, line, Context())


def default_sink() -> Sink | None:
    """To the server that the environment names; None, and nothing is sent, where it names none."""
    if not os.environ.get("FLUXGATE_URL"):
        return None
    # A program that sends nothing need not load what sends.
    from fluxgate_app.tracking.http_sink import sink_from_environment

    return sink_from_environment()


def tracking_of(answer: object) -> CostTrackingResponse | None:
    """What FluxGate knows of the call behind a response or a stream; None while the stream goes on, or if untracked."""
    return getattr(answer, "fluxgate_cost_tracking_response", None)


def tracked(bound: Callable[..., Any], method: Method, line: Line, context: Context) -> Callable[..., Any]:
    """The bound method of a vendor's client, sync or async, as one that records each call."""
    wrap = _tracked_async if inspect.iscoroutinefunction(inspect.unwrap(bound)) else _tracked_sync
    return wraps(bound)(wrap(bound, method, line, context))


def _tracked_sync(bound: Callable[..., Any], method: Method, line: Line, context: Context) -> Callable[..., Any]:
    def ask(*args: Any, **kwargs: Any) -> Any:
        call = Call(line, method, context, kwargs)
        try:
            with call.traced():
                try:
                    answer = bound(*args, **call.request)
                except Exception as error:
                    if not call.asked_too_much(error):
                        raise
                    answer = bound(*args, **kwargs)
        except BaseException as error:
            call.fail(error)
            raise
        if is_raw(answer):
            return raw_answered(answer, call)
        if call.is_streamed:
            return (TrackedAsyncStream if hasattr(answer, "__anext__") else TrackedStream)(answer, call)
        call.answered(answer)
        return answer

    return ask


def _tracked_async(bound: Callable[..., Any], method: Method, line: Line, context: Context) -> Callable[..., Any]:
    async def ask(*args: Any, **kwargs: Any) -> Any:
        call = Call(line, method, context, kwargs)
        try:
            with call.traced():
                try:
                    answer = await bound(*args, **call.request)
                except Exception as error:
                    if not call.asked_too_much(error):
                        raise
                    answer = await bound(*args, **kwargs)
        except BaseException as error:
            call.fail(error)
            raise
        if is_raw(answer):
            return await raw_answered_async(answer, call)
        if call.is_streamed:
            return TrackedAsyncStream(answer, call)
        call.answered(answer)
        return answer

    return ask
