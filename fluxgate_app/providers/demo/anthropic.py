"""Anthropic's wire format: messages, whole or as the events from message_start to message_stop, and their size.

https://docs.anthropic.com/en/api/messages-streaming
"""

import json
import secrets
from collections.abc import Sequence
from typing import Any, ClassVar, cast

from fluxgate_app.providers.demo.answers import split
from fluxgate_app.providers.demo.asking import Ask, last_question, prompt_tokens, text_of
from fluxgate_app.providers.demo.calling import Called, Tools
from fluxgate_app.providers.demo.writing import Finish

STOP: dict[Finish, str | None] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "refused": "refusal",
    "calls": "tool_use",
    None: None,
}
ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class Message:
    """One answer as `/v1/messages` gives it."""

    tokens_per_piece: ClassVar[int] = 2

    def __init__(self, ask: Ask):
        self.ask = ask
        self._id = f"msg_{secrets.token_hex(12)}"
        self._block = 0

    @staticmethod
    def read(body: dict[str, Any]) -> Ask:
        """Raises ValueError or KeyError for a body that Anthropic would refuse."""
        return Ask(
            model=str(body["model"]),
            question=last_question(body["messages"]),
            prompt_tokens=prompt_tokens(body.get("system"), body["messages"]),
            max_tokens=int(body["max_tokens"]),
            streamed=bool(body.get("stream")),
            tools=_tools(body),
        )

    @staticmethod
    def failure(status: int, message: str) -> dict[str, Any]:
        error = {"type": ERRORS.get(status, "api_error"), "message": message}
        return {"type": "error", "error": error, "request_id": f"req_{secrets.token_hex(12)}"}

    def whole(self, text: str, tokens: int, finish: Finish, calls: Sequence[Called] = ()) -> dict[str, Any]:
        used = [_call(called, called.arguments) for called in calls]
        return self._message([{"type": "text", "text": text, "citations": None}, *used], STOP[finish], tokens)

    def opening(self) -> bytes:
        block = {"type": "text", "text": ""}
        return (
            _event("message_start", message=self._message([], None, 1))
            + _event("content_block_start", index=0, content_block=block)
            + _event("ping")
        )

    def piece(self, text: str, tokens: int) -> bytes:
        return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})

    def call(self, index: int, called: Called, tokens: int) -> list[bytes]:
        ended = _event("content_block_stop", index=self._block)
        self._block = index + 1
        # The vendor, too, begins with an empty piece.
        pieces = ["", *split(json.dumps(called.arguments))] if called.arguments else [""]
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        return [
            ended + _event("content_block_start", index=self._block, content_block=_call(called, {})),
            *(_event("content_block_delta", index=self._block, delta=delta) for delta in deltas),
        ]

    def closing(self, tokens: int, finish: Finish) -> bytes:
        delta = {"stop_reason": STOP[finish], "stop_sequence": None}
        return (
            _event("content_block_stop", index=self._block)
            + _event("message_delta", delta=delta, usage=self._counts(tokens))
            + _event("message_stop")
        )

    def broken(self) -> bytes:
        return _event("error", error=self.failure(529, "Overloaded")["error"])

    def _message(self, content: list[Any], stop_reason: str | None, tokens: int) -> dict[str, Any]:
        ephemeral = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": self.ask.model,
            "content": content,
            "stop_reason": stop_reason,
            "stop_sequence": None,
            "usage": {**self._counts(tokens), "cache_creation": ephemeral, "service_tier": "standard"},
        }

    def _counts(self, tokens: int) -> dict[str, int]:
        return {
            "input_tokens": self.ask.prompt_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": tokens,
        }


def _tools(body: dict[str, Any]) -> Tools:
    last, choice, given = body["messages"][-1]["content"], cast("Any", body.get("tool_choice") or {}), body.get("tools")
    blocks = cast("list[dict[str, Any]]", last if isinstance(last, list) else [])
    results = [text_of(block) for block in blocks if block["type"] == "tool_result"]
    return Tools(
        offered={tool["name"]: tool["input_schema"] for tool in given or () if choice.get("type") != "none"},
        only=choice.get("name"),
        most=1 if choice.get("disable_parallel_tool_use") else None,
        results=results or None,
    )


def _call(called: Called, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"toolu_{called.token}", "name": called.name, "input": arguments}


def count_tokens(body: dict[str, Any]) -> dict[str, Any]:
    """The answer of `POST /v1/messages/count_tokens`."""
    return {"input_tokens": prompt_tokens(body.get("system"), body["messages"])}


def _event(kind: str, **fields: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), json.dumps({"type": kind, **fields}).encode())
