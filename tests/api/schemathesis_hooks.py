"""What no JSON schema can say: which models there are, and how a webhook is signed."""

import hashlib
import hmac
import os
from typing import Any

import requests
import schemathesis

from fluxgate_app.accounts import sessions

# The session is needed to the end.
LOGOUT = "/api/auth/logout"
SECRET = "a secret of the help desk"
# Only some of their values are good: another page's cursor, a span that excludes two moments, names of what exists.
CHOSEN_QUERY = ("cursor", "range", "from", "to")
CHOSEN_BODY = ("model", "provider", "attachments")
MODELS = {
    "/v1/chat/completions": "gpt-4o",
    "/v1/responses": "gpt-4o",
    "/v1/embeddings": "text-embedding-3-small",
    "/v1/messages": "claude-sonnet-4-6",
    "/v1/messages/count_tokens": "claude-sonnet-4-6",
}


class Signed(requests.auth.AuthBase):
    """Signs what is sent, as the sender of a webhook does."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with the signature of its body."""
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        request.headers["x-webhook-signature"] = f"sha256={digest}"
        request.headers.pop("x-webhook-timestamp", None)
        return request


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Come with a session too, and let what is valid be valid here."""
    if case.path != LOGOUT:
        case.cookies = {sessions.COOKIE: os.environ["FLUXGATE_TEST_COOKIE"]}
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.path.startswith("/api/webhooks/"):
        kwargs["auth"] = Signed()
    case.query = {name: value for name, value in (case.query or {}).items() if name not in CHOSEN_QUERY}
    if isinstance(case.body, dict):
        body = {name: value for name, value in case.body.items() if name not in CHOSEN_BODY}
        case.body = body | ({"model": MODELS[case.path]} if case.path in MODELS else {})
    case.body = whole(case.body)


def whole(value: Any) -> Any:
    """The same with 5 for 5.0: which only Python takes for another kind of number."""
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
