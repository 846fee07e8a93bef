"""OTLP in both its encodings; the one module that knows protobuf. https://opentelemetry.io/docs/specs/otlp/"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any, cast

from google.protobuf.json_format import MessageToJson, ParseDict, ParseError
from google.protobuf.message import DecodeError, Message
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2
from pydantic_core import from_json

from fluxgate_app.errors import Invalid
from fluxgate_app.events.otlp.span import Attributes, Happened, Span

JSON = "application/json"
_IDS = ("traceId", "spanId", "parentSpanId")


def read(body: bytes, media_type: str) -> Iterator[Span]:
    """All spans of the request in this body. Raises Invalid."""
    try:
        request = _from_json(body) if media_type == JSON else ExportTraceServiceRequest.FromString(body)
    # In JSON a wrong type runs into whatever it runs into.
    except (DecodeError, ParseError, ValueError, TypeError, AttributeError, RecursionError):
        raise Invalid(f"The body is no trace request of OTLP in {media_type}") from None
    for resource in request.resource_spans:
        shared = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _span(span, shared)


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


def _from_json(body: bytes) -> ExportTraceServiceRequest:
    sent = from_json(body)
    for span in _sent_spans(sent):
        # Ids are hexadecimal here, where the JSON of protobuf has base64.
        for name in _IDS:
            if name in span:
                span[name] = b64encode(bytes.fromhex(span[name])).decode()
        span.pop("links", None)
    return ParseDict(sent, ExportTraceServiceRequest(), ignore_unknown_fields=True)


def _sent_spans(sent: Any) -> Iterator[dict[str, Any]]:
    for resource in cast("dict[str, Any]", sent).get("resourceSpans", ()):
        for scope in resource.get("scopeSpans", ()):
            yield from scope.get("spans", ())


def _span(span: trace_pb2.Span, shared: Attributes) -> Span:
    return Span(
        id=(span.trace_id, span.span_id),
        parent=(span.trace_id, span.parent_span_id),
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
