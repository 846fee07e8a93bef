"""OpenAI's chat completion, whole or in chunks."""

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic_core import to_json

from fluxgate_app.tracking import Status, Usage
from fluxgate_app.tracking.usage.counts import part

_REASONS = {
    Status.MAX_TOKENS: "length",
    Status.BLOCKED: "content_filter",
    Status.CONTENT_FILTER: "content_filter",
    Status.RECITATION: "content_filter",
}


class OpenAIWords:
    """One chat completion."""

    untranslatable: ClassVar[frozenset[str]] = frozenset(
        ("tools", "functions", "stop", "audio", "logprobs", "prediction", "web_search_options")
    )
    limits: ClassVar[tuple[str, ...]] = ("max_completion_tokens", "max_tokens")

    def __init__(self, body: Mapping[str, Any]):
        self._model = body["model"]
        self._counts = bool(part(body, "stream_options").get("include_usage"))
        self._id = ""
        self._created = int(time.time())

    def whole(self, tracking_id: str, text: str, status: Status, usage: Usage) -> dict[str, Any]:
        """A `chat.completion`."""
        self._id = tracking_id
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _REASONS.get(status, "stop")}
        return {**self._frame("chat.completion"), "choices": [choice], "usage": _usage(usage)}

    def opening(self, tracking_id: str) -> bytes:
        """The chunk with the role."""
        self._id = tracking_id
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, text: str) -> bytes:
        """A chunk with content."""
        return self._chunk({"content": text})

    def closing(self, status: Status, usage: Usage) -> bytes:
        """The chunk with the finish reason, the one with the usage for who asked for it, and the end."""
        last = self._chunk({}, _REASONS.get(status, "stop"))
        if self._counts:
            last += self._event([], _usage(usage))
        return last + b"data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> bytes:
        return self._event([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}])

    def _event(self, choices: list[Any], usage: dict[str, Any] | None = None) -> bytes:
        counted = {"usage": usage} if self._counts else {}
        return b"data: %s\n\n" % to_json({**self._frame("chat.completion.chunk"), "choices": choices, **counted})

    def _frame(self, kind: str) -> dict[str, Any]:
        return {"id": f"chatcmpl-{self._id}", "object": kind, "created": self._created, "model": self._model}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input_tokens or 0,
        "completion_tokens": usage.output_tokens or 0,
        "total_tokens": usage.total_tokens or 0,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens or 0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens or 0},
    }
