"""Every refusal is `{"error": "…"}`, on /v1 the vendor's own form, with its status and never a stack trace."""

import math
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from fluxgate_app.api import otlp
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.errors import Blocked, FluxGateError, ProviderFailed, RateLimited, Unauthorized
from fluxgate_app.gateway.forms import spoken_in

TRACKING_ID = "X-FluxGate-Tracking-Id"
GATEWAY = "/v1"
_PLAIN_WORDS = {404: "Not found", 405: "Method not allowed"}


class UnauthorizedInText(Unauthorized):
    """Nobody is signed in, said in plain text, as on the text streams (spec section 5)."""


def add_error_answers(api: FastAPI) -> None:
    """Let each kind of failure answer in its way."""
    handlers: dict[Any, Any] = {
        FluxGateError: _refused,
        UnauthorizedInText: _refused_in_text,
        HTTPException: _http_error,
        RequestValidationError: _wrong_form,
        ClientDisconnect: _nobody_reads_this,
        OperationalError: _database_away,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def refusal(scope: Scope, message: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a failed request: ours, or on the gateway's routes its vendor's or OTLP's (spec section 5)."""
    if not scope["path"].startswith(GATEWAY):
        return JsonAnswer({"error": message}, status, headers)
    if scope["path"] == otlp.PATH:
        return otlp.refusal(scope, message, status, headers)
    form = spoken_in(scope["path"], Headers(scope=scope))
    return JsonAnswer(form.refusal(status, message), status, headers)


async def _refused(request: Request, error: FluxGateError) -> Response:
    return refusal(request.scope, error.message, error.status, answer_headers(request) | _headers(error))


async def _refused_in_text(request: Request, error: UnauthorizedInText) -> Response:
    return Response(error.message, error.status, {"WWW-Authenticate": "Bearer"}, "text/plain")


async def _http_error(request: Request, error: HTTPException) -> Response:
    words = _PLAIN_WORDS.get(error.status_code, error.detail)
    return refusal(request.scope, words, error.status_code, error.headers)


async def _wrong_form(request: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    field = next((part for part in reversed(first["loc"][1:]) if isinstance(part, str)), None)
    wrong = "JSON" if first["type"] == "json_invalid" else field or "body"
    return refusal(request.scope, f"Invalid {wrong}", 400)


async def _nobody_reads_this(request: Request, error: ClientDisconnect) -> Response:
    return Response(status_code=400)


async def _database_away(request: Request, error: OperationalError) -> Response:
    return refusal(request.scope, "The database does not answer", 503, {"Retry-After": "5"})


async def _broken(request: Request, error: Exception) -> Response:
    return refusal(request.scope, "Internal server error", 500)


def answer_headers(request: Request) -> dict[str, str]:
    """Headers that the answer shall have even when it becomes a refusal on the way."""
    headers: dict[str, str] = request.scope.setdefault("fluxgate.answer_headers", {})
    return headers


def _headers(error: FluxGateError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, RateLimited):
        wait = str(error.retry_after)
        headers = {"X-RateLimit-Limit": str(error.limit), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": wait}
        headers["Retry-After"] = wait
    if isinstance(error, Blocked):
        # The SDKs would try three times in vain.
        headers["x-should-retry"] = "false"
    if isinstance(error, Blocked | ProviderFailed) and error.tracking_id is not None:
        headers[TRACKING_ID] = error.tracking_id
    if isinstance(error, ProviderFailed) and error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    return headers
