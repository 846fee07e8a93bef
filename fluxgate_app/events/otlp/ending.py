"""How the call of a span ended."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from fluxgate_app.events.otlp.span import Span
from fluxgate_app.events.otlp.vocabulary import FINISH_REASON, told
from fluxgate_app.tracking import anthropic, gemini, openai
from fluxgate_app.tracking.failures import snake_case, status_of
from fluxgate_app.tracking.record import Status

_EXCEPTION = "exception"
_HTTP_CODE = re.compile("[1-5][0-9]{2}")
_STOPPED = ("cancel", "generator_exit", "abort")
# The vendors' own words, whatever their case; and what the conventions call a tool call.
_STATUSES = {
    reason.lower(): status
    for statuses in (gemini.STATUSES, anthropic.STATUSES, openai.STATUSES, {"tool_call": Status.SUCCESS})
    for reason, status in statuses.items()
}


@dataclass(frozen=True, slots=True)
class Ending:
    """The status of a call and why it is that."""

    status: Status
    finish_reason: str | None = None
    error_type: str | None = None
    error_message: str | None = None


def ending(span: Span) -> Ending:
    """How the call of this span ended; without any finish reason the span's own status decides."""
    reason = _finish_reason(span)
    error = told(span.attributes, ("error.type", "exception.type")) or _exception(span, "exception.type")
    if span.failed or error:
        kind = snake_case(str(error or "error").rpartition(".")[2])[:100]
        message = span.message or str(_exception(span, "exception.message") or "")
        return Ending(_failed(kind, span), reason, kind, message or None)
    if reason is None:
        return Ending(Status.SUCCESS)
    return Ending(_STATUSES.get(reason.lower(), Status.ERROR), reason)


def _failed(kind: str, span: Span) -> Status:
    if any(word in kind for word in _STOPPED):
        return Status.CANCELLED
    told_codes = map(str, (kind, span.attributes.get("http.response.status_code")))
    code = next((int(code) for code in told_codes if _HTTP_CODE.fullmatch(code)), None)
    return status_of(code, (kind,))


def _finish_reason(span: Span) -> str | None:
    found = told(span.attributes, FINISH_REASON)
    if isinstance(found, Sequence) and not isinstance(found, str):
        found = next(iter(cast("Iterable[object]", found)), None)
    return str(found)[:100] if found else None


def _exception(span: Span, name: str) -> object:
    """What the last exception on the span says; one that was survived does not make the call a failure."""
    if not span.failed:
        return None
    return next((one.attributes.get(name) for one in reversed(span.events) if one.name == _EXCEPTION), None)
