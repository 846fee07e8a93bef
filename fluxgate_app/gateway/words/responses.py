"""OpenAI's response, whole or in events. https://platform.openai.com/docs/api-reference/responses-streaming"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import to_json

from fluxgate_app.chat.completion import Answer
from fluxgate_app.chat.parts import CallArguments, CallStart, Delta, Reasoning, Said, Text, ToolCall
from fluxgate_app.gateway.words.items import Event, FunctionCall, Item, Message, Thought
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
    """One response: a list of items, of which calls may stream side by side."""

    def __init__(self, body: Mapping[str, Any]):
        self._model = body["model"]
        given = {name: body[name] for name in _REPEATED if body.get(name) is not None}
        self._repeated = _REPEATED | given
        self._created = int(time.time())
        self._id = ""
        self._items: list[Item] = []
        self._calls: dict[int, FunctionCall] = {}
        self._sent = 0

    def whole(self, answer: Answer) -> dict[str, Any]:
        """A `response`."""
        self._id = answer.tracking.tracking_id
        for said in answer.parts:
            self._said(said)
        return self._ended(answer.tracking.status, answer.usage)[1]

    def opening(self, tracking_id: str) -> bytes:
        """The response without an output."""
        self._id = tracking_id
        begun = {"response": self._frame("in_progress")}
        return self._events([("response.created", begun), ("response.in_progress", begun)])

    def piece(self, delta: Delta) -> bytes:
        """A delta of an item, after the beginning of that item where it is a new one."""
        match delta:
            case Text(text):
                return self._events(self._grown(Message, text))
            case Reasoning(text):
                return self._events(self._grown(Thought, text))
            case CallStart(index, id, name):
                return self._events(self._called(index, id, name))
            case CallArguments(index, text):
                return self._events(self._calls[index].grow(text))

    def closing(self, status: Status, usage: Usage) -> bytes:
        """The end of what is still open, and of the response."""
        events, response = self._ended(status, usage)
        return self._events([*events, (f"response.{response['status']}", {"response": response})])

    def _said(self, said: Said) -> None:
        match said:
            case Text(text):
                self._grown(Message, text)
            case Reasoning(text):
                self._grown(Thought, text)
            case ToolCall(id, name, arguments):
                index = len(self._calls)
                self._called(index, id, name)
                self._calls[index].grow(arguments)

    def _grown(self, kind: type[Thought], text: str) -> list[Event]:
        last = self._items[-1] if self._items else None
        if last is not None and type(last) is kind:
            return last.grow(text)
        return [*self._begun(kind(self._id, len(self._items))), *self._items[-1].grow(text)]

    def _called(self, index: int, id: str, name: str) -> list[Event]:
        self._calls[index] = call = FunctionCall(self._id, len(self._items), id, name)
        return self._begun(call)

    def _begun(self, item: Item) -> list[Event]:
        """It begins, and what was said before it has ended; calls may still grow."""
        last = self._items[-1] if self._items else None
        ended = last.end("completed") if isinstance(last, Thought) else []
        self._items.append(item)
        return [*ended, *item.begin()]

    def _ended(self, status: Status, usage: Usage) -> tuple[list[Event], dict[str, Any]]:
        """The response, and the events of the items that ended with it."""
        reason = _REASONS.get(status)
        ended = "incomplete" if reason else "completed"
        events = [event for item in self._items if item.status == "in_progress" for event in item.end(ended)]
        return events, self._frame(ended) | {
            "incomplete_details": {"reason": reason} if reason else None,
            "output": [item.whole() for item in self._items],
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
