"""The span of a call as an event in the shape that our own clients send (spec section 6, shape B)."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pydantic_core import from_json
from ulid import ULID

from fluxgate_app.errors import Invalid
from fluxgate_app.events.ingest.shapes import ExactCounts
from fluxgate_app.events.otlp import vocabulary
from fluxgate_app.events.otlp.calls import is_valid, kind
from fluxgate_app.events.otlp.counting import totals
from fluxgate_app.events.otlp.ending import ending
from fluxgate_app.events.otlp.span import Attributes, Span
from fluxgate_app.events.otlp.vocabulary import Names, told
from fluxgate_app.tracking.failures import safe
from fluxgate_app.tracking.hosts import address
from fluxgate_app.tracking.record import Kind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS = 1_000_000
_LONGEST_METADATA = 4096


def event(span: Span, account: str) -> dict[str, Any]:
    """Shape B for this call of this account. Raises Invalid."""
    said, call = span.attributes, kind(span.attributes) or "chat"
    used, host = told(said, vocabulary.MODEL_USED), vocabulary.endpoint_host(said)
    prompt = _text(said, vocabulary.PROMPT, vocabulary.PROMPT_PARTS)
    return {
        "id": tracking_id(span, account),
        "timestamp": (_EPOCH + timedelta(microseconds=span.start // 1000)).isoformat() if span.start else None,
        "provider": (host and address(f"https://{host}").provider) or told(said, vocabulary.PROVIDER),
        "endpointHost": host,
        "model": told(said, vocabulary.MODEL) or used,
        "modelUsed": used,
        "kind": call,
        "feature": _feature(said),
        "step": told(said, vocabulary.STEP),
        "user": told(said, vocabulary.USER),
        "sessionId": told(said, vocabulary.SESSION),
        "conversationId": told(said, vocabulary.CONVERSATION),
        "metadata": _metadata(span),
        "prompt": prompt,
        "answer": _text(said, vocabulary.ANSWER, vocabulary.ANSWER_PARTS),
        **_end(span, call, prompt),
    }


def tracking_id(span: Span, account: str) -> str:
    """The same for the same span of the same account; it sorts by when the call began. Raises Invalid."""
    if not is_valid(span.id):
        raise Invalid("a trace id has 16 bytes and a span id 8, not all of them zero")
    digest = hashlib.sha256(b"%s/%s/%s" % (account.encode(), *span.id)).digest()
    return f"evt_{ULID((span.start // _NANOSECONDS).to_bytes(6) + digest[:10])}"


def _end(span: Span, call: Kind, prompt: str | None) -> dict[str, Any]:
    said, ended = span.attributes, ending(span)
    counts = {str(ExactCounts.model_fields[name].alias): n for name, n in asdict(totals(said, call)).items()}
    return {
        "performance": {
            **_times(span),
            "status": ended.status,
            "errorMessage": ended.error_message and safe(ended.error_message, None, [prompt] if prompt else ()),
        },
        "finishReason": ended.finish_reason,
        "errorType": ended.error_type,
        "usage": {},
        "tokens": counts,
        "rawUsage": {name: value for name, value in said.items() if name.startswith(vocabulary.USAGE)},
        # Many write 0 for what they cannot price.
        "cost": told(said, vocabulary.COST) or None,
    }


def _times(span: Span) -> dict[str, Any]:
    """Milliseconds: the whole call, and what of it came after its first chunk."""
    whole = (span.end - span.start) / _NANOSECONDS if 0 < span.start <= span.end else None
    first = _first_chunk(span)
    streamed = told(span.attributes, vocabulary.IS_STREAMED)
    after = None if whole is None or first is None else max(0.0, whole - first)
    is_streamed = streamed if isinstance(streamed, bool) else first is not None
    return {"latency": whole, "isStreamed": is_streamed, "streamDuration": after}


def _first_chunk(span: Span) -> float | None:
    seconds = vocabulary.number(span.attributes, vocabulary.FIRST_CHUNK_SECONDS)
    if seconds is not None:
        return seconds * 1000
    chunks = [one.at for one in span.events if one.name in vocabulary.FIRST_CHUNK_EVENTS and one.at >= span.start > 0]
    return (min(chunks) - span.start) / _NANOSECONDS if chunks else None


def _feature(said: Attributes) -> object:
    named = told(said, vocabulary.FEATURE)
    # What the SDKs say of a service that has no name.
    return None if isinstance(named, str) and named.startswith("unknown_service") else named


def _metadata(span: Span) -> dict[str, Any]:
    said = span.attributes
    trace, own = span.id
    known = {
        "serviceTier": told(said, vocabulary.SERVICE_TIER),
        "service": said.get("service.name"),
        "spanName": span.name[:200],
        "traceId": trace.hex(),
        "spanId": own.hex(),
    }
    return _own_metadata(said.get("metadata")) | {name: value for name, value in known.items() if value}


def _own_metadata(text: object) -> dict[str, Any]:
    """OpenInference's `metadata`: an object, written as text."""
    if not isinstance(text, str) or len(text) > _LONGEST_METADATA:
        return {}
    try:
        found = from_json(text, allow_inf_nan=False)
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _text(said: Attributes, names: Names, parts: Names) -> str | None:
    """A text that may stand in one attribute, as a structure, or spread over one attribute for each of its parts."""
    found = told(said, names) or {name: value for name, value in said.items() if name.startswith(parts)}
    if isinstance(found, str) or not found:
        return found if isinstance(found, str) else None
    return json.dumps(found, ensure_ascii=False, default=str)
