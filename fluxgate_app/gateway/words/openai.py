"""OpenAI's chat completion, whole or in chunks."""

import time
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from fluxgate_app.chat.completion import Answer
from fluxgate_app.chat.parts import CallArguments, CallStart, Delta, Reasoning, Text, ToolCall
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

    def __init__(self, body: Mapping[str, Any]):
        self._model = body["model"]
        self._counts = bool(part(body, "stream_options").get("include_usage"))
        self._id = ""
        self._calls = False
        self._created = int(time.time())

    def whole(self, answer: Answer) -> dict[str, Any]:
        """A `chat.completion`."""
        self._id = answer.tracking.tracking_id
        calls = [_call(said) for said in answer.parts if isinstance(said, ToolCall)]
        content = answer.content or (None if calls else "")
        message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": None}
        if reasoning := "".join(said.text for said in answer.parts if isinstance(said, Reasoning)):
            message["reasoning_content"] = reasoning
        if calls:
            message["tool_calls"] = calls
        reason = _reason(answer.tracking.status, bool(calls))
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        return {**self._frame("chat.completion"), "choices": [choice], "usage": _usage(answer.usage)}

    def opening(self, tracking_id: str) -> bytes:
        """The chunk with the role."""
        self._id = tracking_id
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, delta: Delta) -> bytes:
        """A chunk; thoughts are told as compatible servers do it."""
        match delta:
            case Text(text):
                return self._chunk({"content": text})
            case Reasoning(text):
                return self._chunk({"reasoning_content": text})
            case CallStart(index, id, name):
                self._calls = True
                called = _call(ToolCall(id, name, ""))
                return self._chunk({"tool_calls": [{"index": index, **called}]})
            case CallArguments(index, text):
                return self._chunk({"tool_calls": [{"index": index, "function": {"arguments": text}}]})

    def closing(self, status: Status, usage: Usage) -> bytes:
        """The chunk with the finish reason, the one with the usage for who asked for it, and the end."""
        last = self._chunk({}, _reason(status, self._calls))
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


def _reason(status: Status, calls: bool) -> str:
    return _REASONS.get(status, "tool_calls" if calls else "stop")


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input_tokens or 0,
        "completion_tokens": usage.output_tokens or 0,
        "total_tokens": usage.total_tokens or 0,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens or 0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens or 0},
    }
