"""Anthropic's form. https://docs.anthropic.com/en/api"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from fluxgate_app.providers.catalogue import Model
from fluxgate_app.providers.model import Provider
from fluxgate_app.providers.vendors import Dialect

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


class AnthropicForm:
    """What Anthropic's SDKs speak."""

    dialect: Dialect = "anthropic"
    base_url = "https://api.anthropic.com"
    passes: frozenset[bytes] = frozenset((b"content-type", b"accept", b"anthropic-version", b"anthropic-beta"))

    def spoken_by(self, provider: Provider) -> bool:
        """Anthropic alone."""
        return provider.dialect == self.dialect

    def credentials(self, key: str) -> dict[str, str]:
        """Its own header; and the version, without which it answers nobody."""
        return {"x-api-key": key, "anthropic-version": "2023-06-01"}

    def refusal(self, status: int, message: str) -> dict[str, Any]:
        """`{"type": "error", "error": {type, message}}`."""
        kind = _TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")
        return {"type": "error", "error": {"type": kind, "message": message}}

    def error_event(self, status: int, message: str) -> bytes:
        """An event named `error`."""
        return b"event: error\ndata: %s\n\n" % to_json(self.refusal(status, message))

    def models(self, models: Sequence[tuple[str, Model]]) -> dict[str, Any]:
        """All on one page; when a model was made is not known: the beginning of time."""
        created = "1970-01-01T00:00:00Z"
        entries = [{"type": "model", "id": n, "display_name": m.title, "created_at": created} for n, m in models]
        first, last = (models[0][0], models[-1][0]) if models else (None, None)
        return {"data": entries, "has_more": False, "first_id": first, "last_id": last}
