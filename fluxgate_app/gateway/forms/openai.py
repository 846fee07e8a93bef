"""OpenAI's form. https://platform.openai.com/docs/api-reference"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from fluxgate_app.providers.catalogue import Model
from fluxgate_app.providers.model import Provider
from fluxgate_app.providers.vendors import Dialect

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_CODES = {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}


class OpenAIForm:
    """What OpenAI's SDKs speak, and every client of a compatible server."""

    dialect: Dialect = "openai"
    base_url = "https://api.openai.com/v1"
    passes: frozenset[bytes] = frozenset((b"content-type", b"accept", b"openai-beta"))

    def spoken_by(self, provider: Provider) -> bool:
        """OpenAI and every compatible server."""
        return provider.dialect == self.dialect

    def credentials(self, key: str) -> dict[str, str]:
        """A bearer token."""
        return {"Authorization": f"Bearer {key}"}

    def refusal(self, status: int, message: str) -> dict[str, Any]:
        """`{"error": {message, type, param, code}}`."""
        kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
        return {"error": {"message": message, "type": kind, "param": None, "code": _CODES.get(status)}}

    def error_event(self, status: int, message: str) -> bytes:
        """An event without a name."""
        return b"data: %s\n\n" % to_json(self.refusal(status, message))

    def models(self, models: Sequence[tuple[str, Model]]) -> dict[str, Any]:
        """`{"object": "list", "data": […]}`; when a model was made is not known: 0."""
        entries = [{"id": name, "object": "model", "created": 0, "owned_by": m.provider.name} for name, m in models]
        return {"object": "list", "data": entries}


class ResponsesForm(OpenAIForm):
    """The same but for what its Responses API does in its own way."""

    def spoken_by(self, provider: Provider) -> bool:
        """Most compatible servers have chat completions alone."""
        return provider.responses

    def error_event(self, status: int, message: str) -> bytes:
        """An event with flat fields, as it is documented, and with an object, by which the SDKs know an error."""
        error = self.refusal(status, message)["error"]
        flat = {"type": "error", "code": error["code"] or error["type"], "message": message, "param": None}
        return b"event: error\ndata: %s\n\n" % to_json({**flat, "sequence_number": 0, "error": error})
