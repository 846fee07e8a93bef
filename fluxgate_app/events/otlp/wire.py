"""OTLP in both its encodings; the one module that knows protobuf. https://opentelemetry.io/docs/specs/otlp/"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from google.protobuf.json_format import MessageToJson, ParseDict, ParseError
from google.protobuf.message import DecodeError, Message
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2
from pydantic_core import from_json

from fluxgate_app.errors import Invalid
from fluxgate_app.events.otlp.parts import parts
from fluxgate_app.events.otlp.span import Attributes, Happened, Span

JSON = "application/json"
MOST_SPANS = 100_000
MOST_BYTES = 8 * 2**20
MOST_BRACKETS = 1_000_000
MOST_SHARED = 256
_IDS = ("traceId", "spanId", "parentSpanId")


def read(body: bytes, media_type: str) -> Iterator[Span]:
    """All spans of the request in this body, one after the other. Raises Invalid."""
    try:
        for number, (resource, span) in enumerate(_from_json(body) if media_type == JSON else _from_protobuf(body)):
            if number == MOST_SPANS:
                raise Invalid(f"A request has at most {MOST_SPANS} spans: lower the batch size of the exporter")
            yield _span(span, resource)
    # In JSON a wrong type runs into whatever it runs into.
    except (DecodeError, ParseError, ValueError, TypeError, AttributeError, RecursionError):
        raise Invalid(f"The body is no trace request of OTLP in {media_type}") from None


def answer(rejected: int, why: str, media_type: str) -> bytes:
    """The answer to a request whose spans were taken, all but so many."""
    if not rejected:
        return _written(ExportTraceServiceResponse(), media_type)
    partial = ExportTracePartialSuccess(rejected_spans=rejected, error_message=why)
    return _written(ExportTraceServiceResponse(partial_success=partial), media_type)


def refusal(message: str, media_type: str) -> bytes:
    """The answer to a request that was not taken at all."""
    return _written(Status(message=message), media_type)


def _written(message: Message, media_type: str) -> bytes:
    return MessageToJson(message, indent=None).encode() if media_type == JSON else message.SerializeToString()


def _from_protobuf(body: bytes) -> Iterator[tuple[Attributes, trace_pb2.Span]]:
    counted = count()
    for resource in _few(parts(body, 1), counted):
        shared = _shared(Resource.FromString(_short(next(parts(resource, 1), b""))))
        for scope in _few(parts(resource, 2), counted):
            for span in parts(scope, 2):
                yield shared, trace_pb2.Span.FromString(_short(span))


def _few(all_parts: Iterator[bytes], counted: Iterator[int]) -> Iterator[bytes]:
    for part in all_parts:
        if next(counted) == MOST_SPANS:
            raise Invalid(f"A request has at most {MOST_SPANS} resources and scopes")
        yield part


def _short(part: bytes) -> bytes:
    if len(part) > MOST_BYTES:
        raise Invalid(f"A span or resource has at most {MOST_BYTES} bytes")
    return part


def _shared(resource: Resource) -> Attributes:
    # Each of its spans gets them.
    if len(resource.attributes) > MOST_SHARED:
        raise Invalid(f"A resource has at most {MOST_SHARED} attributes")
    return _attributes(resource.attributes)


def _from_json(body: bytes) -> Iterator[tuple[Attributes, trace_pb2.Span]]:
    if body.count(b"{") + body.count(b"[") > MOST_BRACKETS:
        raise Invalid(f"JSON has at most {MOST_BRACKETS} objects and lists: send protobuf")
    sent: Any = from_json(body)
    for resource in sent.get("resourceSpans", ()):
        shared = _shared(ParseDict(resource.get("resource", {}), Resource(), ignore_unknown_fields=True))
        for scope in resource.get("scopeSpans", ()):
            for span in scope.get("spans", ()):
                yield shared, _span_from_json(span)


def _span_from_json(span: dict[str, Any]) -> trace_pb2.Span:
    # Ids are hexadecimal here, where the JSON of protobuf has base64.
    ids = {name: b64encode(bytes.fromhex(span[name])).decode() for name in _IDS if name in span}
    return ParseDict({**span, **ids, "links": []}, trace_pb2.Span(), ignore_unknown_fields=True)


def _span(span: trace_pb2.Span, shared: Attributes) -> Span:
    return Span(
        id=(span.trace_id, span.span_id),
        parent=(span.trace_id, span.parent_span_id),
        trace_state=span.trace_state,
        name=span.name,
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        message=span.status.message,
        attributes={**shared, **_attributes(span.attributes)},
        events=tuple(Happened(one.name, one.time_unix_nano, _attributes(one.attributes)) for one in span.events),
    )


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case "array_value":
            return [_value(one) for one in value.array_value.values]
        case "kvlist_value":
            return _attributes(value.kvlist_value.values)
        case "bytes_value" | None:
            return None
        case name:
            return getattr(value, name)
