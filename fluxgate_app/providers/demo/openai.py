"""OpenAI's wire format: chat completions, embeddings and the list of models.

https://platform.openai.com/docs/api-reference
"""

import base64
import json
import math
import re
import secrets
import time
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from itertools import takewhile
from typing import Any, ClassVar, cast

from fluxgate_app.providers.demo.answers import split
from fluxgate_app.providers.demo.asking import Ask, count, last_question, prompt_tokens, text_of
from fluxgate_app.providers.demo.calling import Called, Tools
from fluxgate_app.providers.demo.writing import Finish

FINISH: dict[Finish, str | None] = {
    "stop": "stop",
    "length": "length",
    "refused": "content_filter",
    "calls": "tool_calls",
    None: None,
}
ERRORS = {
    400: ("invalid_request_error", None),
    401: ("invalid_request_error", "invalid_api_key"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
}


class ChatCompletion:
    """One answer as `/v1/chat/completions` gives it, whole or in chunks."""

    tokens_per_piece: ClassVar[int] = 1

    def __init__(self, ask: Ask):
        self.ask = ask
        self._id = f"chatcmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())

    @staticmethod
    def read(body: dict[str, Any]) -> Ask:
        """Raises ValueError for a body that OpenAI would refuse."""
        options: Any = body.get("stream_options") or {}
        return Ask(
            model=str(body["model"]),
            question=last_question(body["messages"]),
            prompt_tokens=prompt_tokens(None, body["messages"]),
            max_tokens=body.get("max_completion_tokens") or body.get("max_tokens"),
            streamed=bool(body.get("stream")),
            wants_usage=bool(options.get("include_usage")),
            tools=_tools(body),
        )

    @staticmethod
    def failure(status: int, message: str) -> dict[str, Any]:
        kind, code = ERRORS.get(status, ("server_error", None))
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}

    def whole(self, text: str, tokens: int, finish: Finish, calls: Sequence[Called] = ()) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
        if calls:
            message["tool_calls"] = [_call(called, json.dumps(called.arguments)) for called in calls]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": FINISH[finish]}
        return {**self._frame("chat.completion"), "choices": [choice], "usage": self._usage(tokens)}

    def opening(self) -> bytes:
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def piece(self, text: str, tokens: int) -> bytes:
        return self._chunk({"content": text})

    def call(self, index: int, called: Called, tokens: int) -> list[bytes]:
        pieces = [{"function": {"arguments": token}} for token in split(json.dumps(called.arguments))]
        return [self._chunk({"tool_calls": [{"index": index, **piece}]}) for piece in [_call(called, ""), *pieces]]

    def closing(self, tokens: int, finish: Finish) -> bytes:
        last = self._chunk({}, FINISH[finish])
        if self.ask.wants_usage:
            last += self._event([], self._usage(tokens))
        return last + b"data: [DONE]\n\n"

    def broken(self) -> bytes:
        return b"data: %s\n\n" % json.dumps(self.failure(500, "The server had an error.")).encode()

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        return self._event([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}])

    def _event(self, choices: list[Any], usage: dict[str, Any] | None = None) -> bytes:
        chunk = {**self._frame("chat.completion.chunk"), "choices": choices}
        if self.ask.wants_usage:
            chunk["usage"] = usage
        return b"data: %s\n\n" % json.dumps(chunk).encode()

    def _frame(self, kind: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self.ask.model,
            "service_tier": "default",
            "system_fingerprint": "fp_demo",
        }

    def _usage(self, tokens: int) -> dict[str, Any]:
        return {
            "prompt_tokens": self.ask.prompt_tokens,
            "completion_tokens": tokens,
            "total_tokens": self.ask.prompt_tokens + tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }


def _tools(body: dict[str, Any]) -> Tools:
    choice: Any = body.get("tool_choice")
    functions = [tool["function"] for tool in body.get("tools") or ()]
    after = takewhile(lambda message: message.get("role") == "tool", reversed(body["messages"]))
    return Tools(
        offered={} if choice == "none" else {function["name"]: function.get("parameters") for function in functions},
        only=cast("str", choice["function"]["name"]) if isinstance(choice, dict) else None,
        most=1 if body.get("parallel_tool_calls") is False else None,
        results=[text_of(message) for message in after][::-1] or None,
    )


def _call(called: Called, arguments: str) -> dict[str, Any]:
    function = {"name": called.name, "arguments": arguments}
    return {"id": f"call_{called.token}", "type": "function", "function": function}


def models(names: list[str]) -> dict[str, Any]:
    """The answer of `GET /v1/models`."""
    entries = [{"id": name, "object": "model", "created": 0, "owned_by": "demo"} for name in names]
    return {"object": "list", "data": entries}


def embeddings(body: dict[str, Any]) -> dict[str, Any]:
    """The answer of `POST /v1/embeddings`. Raises ValueError for an input that is neither text nor tokens."""
    texts = _texts(body["input"])
    size = body.get("dimensions") or (3072 if body["model"].endswith("-large") else 1536)
    data: list[dict[str, Any]] = []
    for index, text in enumerate(texts):
        vector = array("f", embedding(text, size))
        plain = base64.b64encode(vector.tobytes()).decode() if body.get("encoding_format") == "base64" else list(vector)
        data.append({"object": "embedding", "index": index, "embedding": plain})
    tokens = sum(map(count, texts))
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": body["model"], "usage": usage}


def embedding(text: str, size: int) -> list[float]:
    """A vector of length 1 made of the text's words, so that texts that share words are near each other."""
    vector = [0.0] * size
    for word in re.findall(r"\w+", text.lower()) or [""]:
        digest = blake2b(word.encode(), digest_size=16).digest()
        for start in range(0, 16, 4):
            number = int.from_bytes(digest[start : start + 4], "big")
            vector[number % size] += 1 if number >> 31 else -1
    length = math.hypot(*vector) or 1.0
    return [value / length for value in vector]


def _texts(given: Any) -> list[str]:
    if isinstance(given, str) and given:
        return [given]
    if isinstance(given, list) and given:
        items = cast("list[Any]", given)
        if all(isinstance(item, int) for item in items):
            return [" ".join(map(str, items))]
        return [text for item in items for text in _texts(item)]
    raise ValueError("input must be a string, a list of strings, or tokens")
