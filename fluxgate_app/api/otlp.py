"""OTLP over HTTP: an answer has the encoding of its request. https://opentelemetry.io/docs/specs/otlp/#otlphttp-response"""

from collections.abc import Mapping

from fastapi import Response
from starlette.datastructures import Headers
from starlette.types import Scope

PATH = "/v1/traces"
JSON = "application/json"
PROTOBUF = "application/x-protobuf"


def media_type(headers: Mapping[str, str]) -> str:
    """What the request says its body is."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def taken(rejected: int, why: str, encoding: str) -> Response:
    """The spans are stored, all but the rejected ones."""
    from fluxgate_app.events.otlp import wire

    return Response(wire.answer(rejected, why, encoding), media_type=encoding)


def refusal(scope: Scope, message: str, status: int, headers: Mapping[str, str] | None) -> Response:
    """A `Status` with this message; exporters try 429, 502, 503 and 504 again and nothing else."""
    from fluxgate_app.events.otlp import wire

    encoding = PROTOBUF if media_type(Headers(scope=scope)) == PROTOBUF else JSON
    return Response(wire.refusal(message, encoding), status, headers, encoding)
