"""OpenAI's Responses API: a response, whole or as the events from response.created to response.completed.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

import json
import secrets
import time
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, ClassVar, cast

from fluxgate_app.providers.demo.answers import split
from fluxgate_app.providers.demo.asking import Ask, last_question, prompt_tokens
from fluxgate_app.providers.demo.calling import Called, Tools
from fluxgate_app.providers.demo.openai import ChatCompletion
from fluxgate_app.providers.demo.writing import Finish

INCOMPLETE: dict[Finish, str] = {"length": "max_output_tokens", "refused": "content_filter"}


class Response:
    """One answer as `/v1/responses` gives it."""

    tokens_per_piece: ClassVar[int] = 1

    def __init__(self, ask: Ask):
        self.ask = ask
        self._id = f"resp_{secrets.token_hex(24)}"
        self._item = f"msg_{secrets.token_hex(24)}"
        self._created = int(time.time())
        self._text: list[str] = []
        self._calls: list[dict[str, Any]] = []
        self._sent = 0

    @staticmethod
    def read(body: dict[str, Any]) -> Ask:
        """Raises ValueError or KeyError for a body that OpenAI would refuse."""
        messages = _messages(body["input"])
        return Ask(
            model=str(body["model"]),
            question=last_question(messages),
            prompt_tokens=prompt_tokens(body.get("instructions"), messages),
            max_tokens=body.get("max_output_tokens"),
            streamed=bool(body.get("stream")),
            tools=_tools(body),
        )

    failure = staticmethod(ChatCompletion.failure)

    def whole(self, text: str, tokens: int, finish: Finish, calls: Sequence[Called] = ()) -> dict[str, Any]:
        self._calls = [_call(called, json.dumps(called.arguments)) for called in calls]
        return self._response(text, tokens, finish)

    def opening(self) -> bytes:
        begun = self._frame("in_progress")
        return (
            self._event("response.created", response=begun)
            + self._event("response.in_progress", response=begun)
            + self._event("response.output_item.added", output_index=0, item=self._message("in_progress", []))
            + self._in_item("response.content_part.added", part=_part(""))
        )

    def piece(self, text: str, tokens: int) -> bytes:
        self._text.append(text)
        return self._in_item("response.output_text.delta", delta=text, logprobs=[])

    def call(self, index: int, called: Called, tokens: int) -> list[bytes]:
        ended = b"" if self._calls else self._message_done("completed")
        arguments = json.dumps(called.arguments)
        item = _call(called, arguments)
        self._calls.append(item)
        at = {"output_index": index + 1}
        inside = {"item_id": item["id"], **at}
        begun = item | {"status": "in_progress", "arguments": ""}
        return [
            ended + self._event("response.output_item.added", item=begun, **at),
            *(
                self._event("response.function_call_arguments.delta", delta=piece, **inside)
                for piece in split(arguments)
            ),
            self._event("response.function_call_arguments.done", name=called.name, arguments=arguments, **inside)
            + self._event("response.output_item.done", item=item, **at),
        ]

    def closing(self, tokens: int, finish: Finish) -> bytes:
        response = self._response("".join(self._text), tokens, finish)
        ended = b"" if self._calls else self._message_done(response["status"])
        return ended + self._event(f"response.{response['status']}", response=response)

    def broken(self) -> bytes:
        # The event is documented with flat fields; what the service sends has them in an object.
        return self._event("error", error=self.failure(500, "The server had an error.")["error"])

    def _message_done(self, status: str) -> bytes:
        text = "".join(self._text)
        return (
            self._in_item("response.output_text.done", text=text, logprobs=[])
            + self._in_item("response.content_part.done", part=_part(text))
            + self._event("response.output_item.done", output_index=0, item=self._message(status, [_part(text)]))
        )

    def _in_item(self, kind: str, **fields: Any) -> bytes:
        return self._event(kind, item_id=self._item, output_index=0, content_index=0, **fields)

    def _event(self, kind: str, **fields: Any) -> bytes:
        data = {"type": kind, **fields, "sequence_number": self._sent}
        self._sent += 1
        return b"event: %s\ndata: %s\n\n" % (kind.encode(), json.dumps(data).encode())

    def _message(self, status: str, content: list[Any]) -> dict[str, Any]:
        return {"id": self._item, "type": "message", "status": status, "role": "assistant", "content": content}

    def _response(self, text: str, tokens: int, finish: Finish) -> dict[str, Any]:
        reason = INCOMPLETE.get(finish)
        status = "incomplete" if reason else "completed"
        return self._frame(status) | {
            "incomplete_details": {"reason": reason} if reason else None,
            "output": [self._message(status, [_part(text)]), *self._calls],
            "usage": {
                "input_tokens": self.ask.prompt_tokens,
                "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                "output_tokens": tokens,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": self.ask.prompt_tokens + tokens,
            },
        }

    def _frame(self, status: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "max_output_tokens": self.ask.max_tokens,
            "metadata": {},
            "model": self.ask.model,
            "output": [],
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "service_tier": "default",
            "store": True,
            "temperature": 1.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": None,
            "user": None,
        }


def _tools(body: dict[str, Any]) -> Tools:
    choice: Any = body.get("tool_choice")
    given: Any = body["input"]
    items = cast("list[dict[str, Any]]", given if isinstance(given, list) else [])
    after = takewhile(lambda item: item.get("type") == "function_call_output", reversed(items))
    functions = [tool for tool in body.get("tools") or () if tool["type"] == "function" and choice != "none"]
    return Tools(
        offered={function["name"]: function.get("parameters") for function in functions},
        only=cast("str", choice["name"]) if isinstance(choice, dict) else None,
        most=1 if body.get("parallel_tool_calls") is False else None,
        results=[str(item["output"]) for item in after][::-1] or None,
    )


def _call(called: Called, arguments: str) -> dict[str, Any]:
    told = {"call_id": f"call_{called.token}", "name": called.name, "arguments": arguments}
    return {"id": f"fc_{called.token}", "type": "function_call", "status": "completed", **told}


def _messages(given: Any) -> list[dict[str, Any]]:
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    if isinstance(given, list):
        return [item for item in cast("list[dict[str, Any]]", given) if "role" in item]
    raise ValueError("input must be a string or a list of items")


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
