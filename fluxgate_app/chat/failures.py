"""Turn what a vendor's SDK raises into the few words of spec section 5."""

from collections.abc import Mapping
from typing import Any, cast

from fluxgate_app.errors import ProviderFailed
from fluxgate_app.tracking import Status

FAILED = "Failed to process request"
UNEXPECTED = "An unexpected error occurred"
WITHHELD = "The provider withheld this answer, or the rest of it"
_BAD_KEY = "Invalid API key"
_TOO_MANY = "Rate limit exceeded. Please try again later."
_BROKEN = " service error. Please try again."
# Anthropic tells of these in the middle of a stream that began with 200.
_STATUS_OF_TYPE = {
    "authentication_error": 401,
    "permission_error": 403,
    "invalid_request_error": 400,
    "not_found_error": 404,
    "api_error": 500,
    "server_error": 500,
    "overloaded_error": 529,
}

# No class to catch: naming one would import its SDK.
_LOST = ("APIConnectionError", "TransportError")


def provider_failed(error: Exception, vendor: str, status: Status | None) -> ProviderFailed:
    """What to tell of this exception. `vendor` is the name to show, `status` how the call was recorded."""
    if isinstance(error, ProviderFailed):
        return error
    code = _http_status(error)
    if code in (401, 403) or (code == 400 and "API_KEY_INVALID" in str(getattr(error, "details", ""))):
        return ProviderFailed(_BAD_KEY, 401, "invalid_api_key")
    if code == 429 or status is Status.RATE_LIMITED:
        retry_after = _retry_after(error)
        return ProviderFailed(_TOO_MANY, 429, "rate_limited", retry_after)
    if status is Status.TIMEOUT or (code is not None and code >= 500):
        kind = "timeout" if status is Status.TIMEOUT else "service_error"
        return ProviderFailed(f"{vendor}{_BROKEN}", 500, kind)
    if code in (400, 404, 422):
        return ProviderFailed(FAILED, 400, "bad_request")
    lost = any(base.__name__ in _LOST for base in type(error).__mro__)
    return ProviderFailed(FAILED, 500, "connection" if lost else "failed")


def way_out(message: str, status: str | None = None, *, has_text: bool = False) -> str:
    """In one word, what helps after a failure that was told so: the pages know advice for each; "" for none.

    `status` is how the call was recorded, `has_text` whether something was written before it failed.
    """
    known = {_BAD_KEY: "key", _TOO_MANY: "wait", WITHHELD: "withheld", UNEXPECTED: "unexpected"}
    if message == FAILED:
        return "broken" if has_text else "failed"
    if message.endswith(_BROKEN):
        return "silent" if status == Status.TIMEOUT else "provider"
    return known.get(message, "")


def cut_short() -> ProviderFailed:
    """An answer that just stopped, which no SDK tells of."""
    return ProviderFailed(FAILED, 500, "truncated")


def _http_status(error: Exception) -> int | None:
    told = getattr(error, "status_code", None)
    if not isinstance(told, int):
        told = getattr(error, "code", None)
    if isinstance(told, int) and told >= 400:
        return told
    return _STATUS_OF_TYPE.get(_type(error))


def _type(error: Exception) -> str:
    body = getattr(error, "body", None)
    if not isinstance(body, Mapping):
        return ""
    fields = cast(Mapping[str, Any], body)
    inner = fields.get("error", fields)
    kind = cast(Mapping[str, Any], inner).get("type") if isinstance(inner, Mapping) else None
    return kind if isinstance(kind, str) else ""


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    told = headers.get("retry-after", "") if headers is not None else ""
    # The other form, a date, is one that no vendor of ours sends.
    return float(told) if told.replace(".", "", 1).isdigit() else None
