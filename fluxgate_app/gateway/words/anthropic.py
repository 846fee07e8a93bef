"""Anthropic's message, whole or in events."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic_core import to_json

from fluxgate_app.tracking import Status, Usage

_REASONS = {
    Status.MAX_TOKENS: "max_tokens",
    Status.BLOCKED: "refusal",
    Status.CONTENT_FILTER: "refusal",
    Status.RECITATION: "refusal",
}


class AnthropicWords:
    """One message."""

    untranslatable: ClassVar[frozenset[str]] = frozenset(("tools", "stop_sequences", "mcp_servers", "container"))
    limits: ClassVar[tuple[str, ...]] = ("max_tokens",)

    def __init__(self, body: Mapping[str, Any]):
        self._model = body["model"]

    def whole(self, tracking_id: str, text: str, status: Status, usage: Usage) -> dict[str, Any]:
        """A `message`."""
        reason = _REASONS.get(status, "end_turn")
        return self._message(tracking_id, [{"type": "text", "text": text}], reason, usage)

    def opening(self, tracking_id: str) -> bytes:
        """The frame of the message, and of its one block; what it used is told at the end."""
        message = self._message(tracking_id, [], None, Usage())
        block = {"type": "text", "text": ""}
        return _event("message_start", message=message) + _event("content_block_start", index=0, content_block=block)

    def piece(self, text: str) -> bytes:
        """A delta of that block."""
        return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})

    def closing(self, status: Status, usage: Usage) -> bytes:
        """The end of the block and of the message."""
        delta = {"stop_reason": _REASONS.get(status, "end_turn"), "stop_sequence": None}
        ended = _event("message_delta", delta=delta, usage=_usage(usage))
        return _event("content_block_stop", index=0) + ended + _event("message_stop")

    def _message(self, tracking_id: str, content: list[Any], reason: str | None, usage: Usage) -> dict[str, Any]:
        return {
            "id": f"msg_{tracking_id}",
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": content,
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": _usage(usage),
        }


def _usage(usage: Usage) -> dict[str, int]:
    """Here the input leaves out what was cached."""
    read, written = usage.cached_tokens or 0, usage.cache_write_tokens or 0
    return {
        "input_tokens": (usage.input_tokens or 0) - read - written,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": written,
        "output_tokens": usage.output_tokens or 0,
    }


def _event(kind: str, **fields: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), to_json({"type": kind, **fields}))
