"""Anthropic's message, whole or in events."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from fluxgate_app.chat.completion import Answer
from fluxgate_app.chat.parts import CallArguments, CallStart, Delta, Reasoning, Said, Text, ToolCall
from fluxgate_app.tracking import Status, Usage
from fluxgate_app.tracking.usage.counts import part

_REASONS = {
    Status.MAX_TOKENS: "max_tokens",
    Status.BLOCKED: "refusal",
    Status.CONTENT_FILTER: "refusal",
    Status.RECITATION: "refusal",
}


class AnthropicWords:
    """One message: a list of blocks, which stream one after the other."""

    def __init__(self, body: Mapping[str, Any]):
        self._model = body["model"]
        # Anthropic refuses thoughts of others that come back to it; so only who asked for them gets any.
        self._thinks = part(body, "thinking").get("type", "disabled") != "disabled"
        self._open: str | None = None
        self._last = -1
        self._calls: dict[int, int] = {}

    def whole(self, answer: Answer) -> dict[str, Any]:
        """A `message`."""
        content = [block for said in answer.parts for block in self._blocks(said)]
        calls = any(isinstance(said, ToolCall) for said in answer.parts)
        reason = _reason(answer.tracking.status, calls)
        return self._message(answer.tracking.tracking_id, content, reason, answer.usage)

    def opening(self, tracking_id: str) -> bytes:
        """The frame of the message; what it used is told at the end."""
        return _event("message_start", message=self._message(tracking_id, [], None, Usage()))

    def piece(self, delta: Delta) -> bytes:
        """A delta of a block, after the beginning of that block where it is a new one."""
        match delta:
            case Text(text):
                begun = self._in_block("text", {"type": "text", "text": ""})
                return begun + self._delta(self._last, {"type": "text_delta", "text": text})
            case Reasoning(text):
                if not self._thinks:
                    return b""
                begun = self._in_block("thinking", {"type": "thinking", "thinking": "", "signature": ""})
                return begun + self._delta(self._last, {"type": "thinking_delta", "thinking": text})
            case CallStart(index, id, name):
                self._calls[index] = self._last + 1
                block: dict[str, Any] = {"type": "tool_use", "id": id, "name": name, "input": {}}
                return self._in_block(f"tool_use {index}", block)
            case CallArguments(index, text):
                return self._delta(self._calls[index], {"type": "input_json_delta", "partial_json": text})

    def closing(self, status: Status, usage: Usage) -> bytes:
        """The end of the last block and of the message."""
        delta = {"stop_reason": _reason(status, bool(self._calls)), "stop_sequence": None}
        ended = _event("message_delta", delta=delta, usage=_usage(usage))
        return self._end_block() + ended + _event("message_stop")

    def _blocks(self, said: Said) -> list[dict[str, Any]]:
        match said:
            case Text(text):
                return [{"type": "text", "text": text}]
            case ToolCall(id, name):
                return [{"type": "tool_use", "id": id, "name": name, "input": said.input}]
            case Reasoning(text):
                return [{"type": "thinking", "thinking": text, "signature": ""}] if self._thinks else []

    def _in_block(self, name: str, block: dict[str, Any]) -> bytes:
        if self._open == name:
            return b""
        ended = self._end_block()
        self._open, self._last = name, self._last + 1
        return ended + _event("content_block_start", index=self._last, content_block=block)

    def _end_block(self) -> bytes:
        return b"" if self._open is None else _event("content_block_stop", index=self._last)

    def _delta(self, index: int, delta: dict[str, Any]) -> bytes:
        return _event("content_block_delta", index=index, delta=delta)

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


def _reason(status: Status, calls: bool) -> str:
    return _REASONS.get(status, "tool_use" if calls else "end_turn")


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
