"""Tell OpenTelemetry of each call, where the program has it: a span of the client, its duration and its tokens.

The conventions are https://github.com/open-telemetry/semantic-conventions-genai; of their names, those of 1.36 are
written until `OTEL_SEMCONV_STABILITY_OPT_IN` has `gen_ai_latest_experimental`. Nothing here raises.
"""

import logging
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from fluxgate_app.tracking.record import CallEnd, CallStart, Kind, Status

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.metrics import Histogram
    from opentelemetry.trace import Span, Tracer

logger = logging.getLogger(__name__)

# Whoever reads these spans as calls finds here that an event has recorded the call already: on the span itself, and in
# the trace state of whatever spans the vendor's SDK or its server make of the same call.
TRACKING_ID = "fluxgate.tracking_id"
TRACE_STATE = "fluxgate"

_OPERATIONS: dict[Kind, str] = {
    "chat": "chat",
    "response": "chat",
    "completion": "text_completion",
    "embedding": "embeddings",
}
# Where the conventions' name for a provider is not ours.
_PROVIDERS = {
    "google": "gcp.gemini",
    "azure": "azure.ai.openai",
    "aws": "aws.bedrock",
    "mistral": "mistral_ai",
    "xai": "x_ai",
}
_SECONDS = [0.01 * 2**n for n in range(14)]
_TOKENS = [4.0**n for n in range(14)]


class _Instruments(NamedTuple):
    tracer: "Tracer"
    duration: "Histogram"
    first_chunk: "Histogram"
    tokens: "Histogram"


class Trace:
    """What OpenTelemetry knows of a call that is under way."""

    __slots__ = ("_about", "_context", "_instruments", "_span")

    def __init__(self, instruments: _Instruments, start: CallStart, recorded: bool):
        self._instruments = instruments
        self._about = _about(start)
        operation = self._about["gen_ai.operation.name"]
        self._span = instruments.tracer.start_span(
            f"{operation} {start.model}",
            kind=_client_kind(),
            attributes={**self._about, **_labels(start), **({TRACKING_ID: start.tracking_id} if recorded else {})},
        )
        self._context = _context(self._span, start.tracking_id if recorded else None)

    @contextmanager
    def current(self) -> Generator[None]:
        """Within it, spans that the vendor's SDK begins lie within this one."""
        from opentelemetry.context import attach, detach

        token = attach(self._context)
        try:
            yield
        finally:
            detach(token)

    def end(self, start: CallStart, end: CallEnd) -> None:
        """The call ended so."""
        try:
            self._end_span(end)
            self._measure(start, end)
        except Exception:
            logger.debug("the end of a span could not be told", exc_info=True)

    def _end_span(self, end: CallEnd) -> None:
        from opentelemetry.trace import StatusCode

        span, usage = self._span, end.usage
        if not span.is_recording():
            return
        first = end.latency_in_ms if end.streaming_duration_in_ms is not None else None
        told = {
            "gen_ai.response.model": end.model_used,
            "gen_ai.response.finish_reasons": [end.finish_reason] if end.finish_reason else None,
            "gen_ai.response.time_to_first_chunk": None if first is None else first / 1000,
            "gen_ai.usage.input_tokens": usage.input_tokens,
            "gen_ai.usage.output_tokens": usage.output_tokens,
            "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
            "gen_ai.usage.cache_write.input_tokens": usage.cache_write_tokens,
            "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
            "error.type": _error(end),
        }
        span.set_attributes({name: value for name, value in told.items() if value is not None})
        if _error(end):
            span.set_status(StatusCode.ERROR, end.error_message)
        span.end()

    def _measure(self, start: CallStart, end: CallEnd) -> None:
        names = {"gen_ai.response.model": end.model_used, "error.type": _error(end)}
        about = self._about | {name: value for name, value in names.items() if value is not None}
        whole = end.streaming_duration_in_ms if start.is_streamed else end.latency_in_ms
        if whole is not None:
            self._instruments.duration.record(whole / 1000, about)
        if start.is_streamed and end.latency_in_ms is not None:
            self._instruments.first_chunk.record(end.latency_in_ms / 1000, about)
        for kind, count in (("input", end.usage.input_tokens), ("output", end.usage.output_tokens)):
            if count is not None:
                self._instruments.tokens.record(count, about | {"gen_ai.token.type": kind})


def begin(start: CallStart, recorded: bool) -> Trace | None:
    """A span for this call; None where the program has no tracer provider. `recorded`: a sink makes an event of it."""
    try:
        return Trace(_instruments(), start, recorded) if _is_set_up() else None
    except Exception:
        logger.debug("a span could not be begun", exc_info=True)
        return None


def _is_set_up() -> bool:
    # A program that has set it up has imported it; that another's SDK has imported it says nothing.
    if "opentelemetry.trace" not in sys.modules:
        return False
    from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider

    return not isinstance(get_tracer_provider(), ProxyTracerProvider)


@lru_cache(maxsize=1)
def _instruments() -> _Instruments:
    from opentelemetry import metrics, trace

    meter = metrics.get_meter("fluxgate")

    def histogram(name: str, unit: str, bounds: list[float]) -> "Histogram":
        return meter.create_histogram(f"gen_ai.client.{name}", unit, explicit_bucket_boundaries_advisory=bounds)

    return _Instruments(
        tracer=trace.get_tracer("fluxgate"),
        duration=histogram("operation.duration", "s", _SECONDS),
        first_chunk=histogram("operation.time_to_first_chunk", "s", _SECONDS),
        tokens=histogram("token.usage", "{token}", _TOKENS),
    )


def _client_kind() -> Any:
    from opentelemetry.trace import SpanKind

    return SpanKind.CLIENT


def _about(start: CallStart) -> dict[str, Any]:
    """What spans and metrics say alike."""
    latest = "gen_ai_latest_experimental" in os.environ.get("OTEL_SEMCONV_STABILITY_OPT_IN", "")
    about: dict[str, Any] = {
        "gen_ai.operation.name": _OPERATIONS[start.kind],
        "gen_ai.provider.name" if latest else "gen_ai.system": _PROVIDERS.get(start.provider, start.provider),
        "gen_ai.request.model": start.model,
    }
    if start.endpoint_host is not None:
        host, _, port = start.endpoint_host.rpartition(":")
        about |= {"server.address": host or port, "server.port": int(port) if host and port.isdecimal() else 443}
    return about


def _labels(start: CallStart) -> dict[str, Any]:
    context = start.context
    told = {
        "gen_ai.request.stream": start.is_streamed or None,
        "gen_ai.conversation.id": context.conversation_id,
        "session.id": context.session_id,
        "user.id": context.user and context.user.id,
        "fluxgate.feature": context.feature,
        "fluxgate.step": context.step,
    }
    return {name: value for name, value in told.items() if value is not None}


def _context(span: "Span", tracking_id: str | None) -> "Context":
    """The context in which this span is the current one; its trace state goes on to whatever begins in it."""
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceState, set_span_in_context

    own = span.get_span_context()
    if tracking_id is None or not own.is_valid:
        return set_span_in_context(span)
    state = TraceState([*({**own.trace_state, TRACE_STATE: tracking_id}).items()])
    return set_span_in_context(NonRecordingSpan(SpanContext(own.trace_id, own.span_id, False, own.trace_flags, state)))


def _error(end: CallEnd) -> str | None:
    if end.status in (Status.SUCCESS, Status.MAX_TOKENS):
        return None
    return end.error_type or end.status.lower()
