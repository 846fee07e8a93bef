"""Say what went wrong with a call, without saying anything secret."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from fluxgate_app.tracking.record import Status

_LONGEST_MESSAGE = 300
_LONGEST_TYPE = 100
# A quotation of 23 characters or more holds one of these windows, wherever it begins.
_WINDOW, _STRIDE = 16, 8

_KEYS = re.compile(
    r"""\b(?:sk|pk|rk|fg|gsk|xai|pplx|hf|r8|key)[-_][\w*.\-]{6,}
      | \bAIza[\w*\-]{10,} | \bya29\.[\w*.\-]+
      | (?i:(?<=bearer\s)\S+) | (?i:(?<=key=)[^\s&"']+)""",
    re.VERBOSE,
)
_RATE_TYPES = frozenset(("rate_limit_error", "rate_limit_exceeded", "resource_exhausted", "insufficient_quota"))
# Of a request that never reached the vendor, and of one that did when nobody knows what became of it.
_NEVER_ARRIVED = frozenset(
    ("connect_error", "connect_timeout", "pool_timeout", "client_connector_error", "connection_timeout_error")
)
_UNANSWERED = frozenset(
    (
        "read_error",
        "remote_protocol_error",
        "server_disconnected_error",
        "client_payload_error",
        "client_os_error",
        "json_decode_error",
        "unknown_api_response_error",
    )
)
_TIMEOUT_TYPES = frozenset(("deadline_exceeded",))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed. `type` is a short snake_case word; `message` has at most 300 characters, None when unsafe."""

    status: Status
    type: str
    message: str | None


class Reported(Exception):
    """The vendor told of an error within its answer; `body` is what it said."""

    def __init__(self, body: Mapping[str, Any]):
        super().__init__()
        self.body = body


def failure(error: Exception, key: str | None, request: Callable[[], Iterable[str]]) -> Failure:
    """Read an SDK's exception. `key` is the credential and `request` gives the texts that must not be repeated."""
    told = _told(error)
    kind = _type(error, told)
    return Failure(_status(error, kind), kind, _message(error, told, key, request))


def may_be_billed(error: Exception, status: Status) -> bool:
    """Whether the vendor may have worked on a call of which nothing came but this error: its own refusals are free."""
    kinds = {snake_case(kind.__name__) for cause in _causes(error) for kind in type(cause).__mro__}
    if not _NEVER_ARRIVED.isdisjoint(kinds):
        return False
    return status is Status.TIMEOUT or not _UNANSWERED.isdisjoint(kinds)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _told(error: Exception) -> Mapping[str, Any]:
    """The error object in the vendor's answer, empty where there is none."""
    body = getattr(error, "body", None) or getattr(error, "details", None)
    if not isinstance(body, Mapping):
        return {}
    outer = cast("Mapping[str, Any]", body)
    inner = outer.get("error")
    return cast("Mapping[str, Any]", inner) if isinstance(inner, Mapping) else outer


def _type(error: Exception, told: Mapping[str, Any]) -> str:
    words = (told.get(name) for name in ("code", "type", "status"))
    word = next((word for word in words if isinstance(word, str) and word and not word.isdigit()), None)
    return re.sub(r"\W+", "_", word.lower() if word else snake_case(type(error).__name__))[:_LONGEST_TYPE]


def snake_case(name: str) -> str:
    """`RateLimitError` as `rate_limit_error`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _status(error: Exception, kind: str) -> Status:
    codes = (getattr(error, "status_code", None), getattr(error, "code", None))
    code = next((code for code in codes if isinstance(code, int)), None)
    return status_of(code, (kind, *(snake_case(base.__name__) for base in type(error).__mro__)))


def status_of(code: int | None, kinds: Collection[str]) -> Status:
    """The status of a failure that is told by its HTTP code, and by words in snake_case for what kind it is."""
    if code == 429 or not _RATE_TYPES.isdisjoint(kinds):
        return Status.RATE_LIMITED
    if code in (408, 504) or any("timeout" in kind or kind in _TIMEOUT_TYPES for kind in kinds):
        return Status.TIMEOUT
    return Status.ERROR


def _message(
    error: Exception, told: Mapping[str, Any], key: str | None, request: Callable[[], Iterable[str]]
) -> str | None:
    given = told.get("message")
    message = given if isinstance(given, str) else str(error)
    # A ValueError, such as JSON's or pydantic's, quotes what it could not read: a piece of the answer.
    return None if isinstance(error, ValueError) else safe(message, key, request())


def safe(message: str, key: str | None, request: Iterable[str]) -> str | None:
    """The message as it may be kept (spec section 5): short, without keys, None when it quotes one of these texts."""
    if any(_quotes(message, text) for text in request):
        return None
    return masked(message, key)[:_LONGEST_MESSAGE] or None


def masked(text: str, key: str | None) -> str:
    """The text without this credential, and without anything that looks like one."""
    return _KEYS.sub("***", text.replace(key, "***") if key else text)


def _quotes(message: str, text: str) -> bool:
    if len(text) < _WINDOW + _STRIDE:
        word = text.strip()
        return len(word) > 3 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", message) is not None
    return any(message[i : i + _WINDOW] in text for i in range(0, max(len(message) - _WINDOW, 0) + 1, _STRIDE))
