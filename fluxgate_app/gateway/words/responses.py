"""OpenAI's response, whole or in events. https://platform.openai.com/docs/api-reference/responses-streaming"""

import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic_core import to_json

from fluxgate_app.chat.completion import Answer
from fluxgate_app.chat.parts import Delta, Text
from fluxgate_app.gateway.words.items import Event, Item, Message
from fluxgate_app.tracking import Status, Usage

_REASONS = {
    Status.MAX_TOKENS: "max_output_tokens",
    Status.BLOCKED: "content_filter",
    Status.CONTENT_FILTER: "content_filter",
    Status.RECITATION: "content_filter",
}
# What a response repeats of its request, and what it says where that said nothing.
_REPEATED: dict[str, Any] = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "reasoning": {"effort": None, "summary": None},
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


class ResponsesWords:
    """One response."""

    untranslatable: ClassVar[frozenset[str]] = frozenset(
        ("background", "conversation", "previous_response_id", "prompt", "store", "top_logprobs")
    )

    def __init__(self, body: Mapping[str, Any]):
        self._model = body["model"]
        given = {name: body[name] for name in _REPEATED if body.get(name) is not None}
        self._repeated = _REPEATED | given
        self._created = int(time.time())
        self._id = ""
        self._items: list[Item] = []
        self._sent = 0

    def whole(self, answer: Answer) -> dict[str, Any]:
        """A `response`."""
        self._id = answer.tracking.tracking_id
        self._message().grow(answer.content)
        return self._response(answer.tracking.status, answer.usage)

    def opening(self, tracking_id: str) -> bytes:
        """The response without an output."""
        self._id = tracking_id
        begun = {"response": self._frame("in_progress")}
        return self._events([("response.created", begun), ("response.in_progress", begun)])

    def piece(self, delta: Delta) -> bytes:
        """A delta of its message, which the first one begins."""
        if not isinstance(delta, Text):
            return b""
        text = delta.text
        if self._items:
            return self._events([self._items[-1].grow(text)])
        message = self._message()
        return self._events([*message.begun(), message.grow(text)])

    def closing(self, status: Status, usage: Usage) -> bytes:
        """The end of the message and of the response."""
        response = self._response(status, usage)
        ended = [event for item in self._items for event in item.ended(response["status"])]
        return self._events([*ended, (f"response.{response['status']}", {"response": response})])

    def _message(self) -> Item:
        message = Message(f"msg_{self._id}", len(self._items))
        self._items.append(message)
        return message

    def _response(self, status: Status, usage: Usage) -> dict[str, Any]:
        reason = _REASONS.get(status)
        ended = "incomplete" if reason else "completed"
        return self._frame(ended) | {
            "incomplete_details": {"reason": reason} if reason else None,
            "output": [item.whole(ended) for item in self._items],
            "usage": _usage(usage),
        }

    def _frame(self, status: str) -> dict[str, Any]:
        return {
            "id": f"resp_{self._id}",
            "object": "response",
            "created_at": self._created,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": None,
            "model": self._model,
            "output": [],
            "previous_response_id": None,
            "store": False,
            "usage": None,
            **self._repeated,
        }

    def _events(self, events: Iterable[Event]) -> bytes:
        return b"".join([self._event(kind, fields) for kind, fields in events])

    def _event(self, kind: str, fields: dict[str, Any]) -> bytes:
        data = to_json({"type": kind, **fields, "sequence_number": self._sent})
        self._sent += 1
        return b"event: %s\ndata: %s\n\n" % (kind.encode(), data)


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.input_tokens or 0,
        "input_tokens_details": {
            "cached_tokens": usage.cached_tokens or 0,
            "cache_write_tokens": usage.cache_write_tokens or 0,
        },
        "output_tokens": usage.output_tokens or 0,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens or 0},
        "total_tokens": usage.total_tokens or 0,
    }
