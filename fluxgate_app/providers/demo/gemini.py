"""Gemini's wire format: generateContent and streamGenerateContent, where every chunk carries the usage so far.

https://ai.google.dev/api/generate-content
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, ClassVar, cast

from fluxgate_app.providers.demo.asking import Ask, last_question, prompt_tokens
from fluxgate_app.providers.demo.calling import Called, Tools
from fluxgate_app.providers.demo.writing import Finish

FINISH: dict[Finish, str | None] = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "refused": "SAFETY",
    "calls": "STOP",
    None: None,
}
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    529: "UNAVAILABLE",
}


class Content:
    """One answer as `models/{model}:generateContent` and `:streamGenerateContent?alt=sse` give it."""

    tokens_per_piece: ClassVar[int] = 4

    def __init__(self, ask: Ask):
        self.ask = ask
        self._id = secrets.token_urlsafe(16)

    @staticmethod
    def read(body: dict[str, Any], model: str, streamed: bool) -> Ask:
        """Raises ValueError for a body that Gemini would refuse."""
        config: Any = body.get("generationConfig") or {}
        return Ask(
            model=model,
            question=last_question(body["contents"]),
            prompt_tokens=prompt_tokens(body.get("systemInstruction"), body["contents"]),
            max_tokens=config.get("maxOutputTokens"),
            streamed=streamed,
            tools=_tools(body),
        )

    @staticmethod
    def failure(status: int, message: str) -> dict[str, Any]:
        return {"error": {"code": status, "message": message, "status": STATUSES.get(status, "INTERNAL")}}

    def whole(self, text: str, tokens: int, finish: Finish, calls: Sequence[Called] = ()) -> dict[str, Any]:
        called = [_call(index, one) for index, one in enumerate(calls)]
        return self._response([{"text": text}, *called], tokens, finish)

    def _response(self, parts: list[dict[str, Any]], tokens: int, finish: Finish) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if finish is not None:
            candidate["finishReason"] = FINISH[finish]
        return {
            "candidates": [candidate],
            "usageMetadata": self._usage(tokens),
            "modelVersion": self.ask.model,
            "responseId": self._id,
        }

    def opening(self) -> bytes:
        return b""

    def piece(self, text: str, tokens: int) -> bytes:
        return _event(self.whole(text, tokens, None))

    def call(self, index: int, called: Called, tokens: int) -> list[bytes]:
        return [_event(self._response([_call(index, called)], tokens, None))]

    def closing(self, tokens: int, finish: Finish) -> bytes:
        return _event(self.whole("", tokens, finish))

    def broken(self) -> bytes:
        return _event(self.failure(500, "An internal error has occurred."))

    def _usage(self, tokens: int) -> dict[str, Any]:
        prompt = self.ask.prompt_tokens
        return {
            "promptTokenCount": prompt,
            "candidatesTokenCount": tokens,
            "totalTokenCount": prompt + tokens,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": prompt}],
        }


def _tools(body: dict[str, Any]) -> Tools:
    """Raises ValueError for calls without the signature that Gemini 3 gives the first of each turn."""
    for content in body["contents"]:
        called = [part for part in content["parts"] if "functionCall" in part]
        if called and "thoughtSignature" not in called[0]:
            raise ValueError("Function call is missing a thought_signature in functionCall parts.")
    responses = [part["functionResponse"] for part in body["contents"][-1]["parts"] if "functionResponse" in part]
    config = cast("dict[str, Any]", body.get("toolConfig") or {})
    mode = cast("dict[str, Any]", config.get("functionCallingConfig") or {})
    given = [tool for tools in body.get("tools") or () for tool in tools["functionDeclarations"]]
    return Tools(
        offered={tool["name"]: _schema(tool) for tool in given if mode.get("mode") != "NONE"},
        only=next(iter(mode.get("allowedFunctionNames") or ()), None),
        results=[str(next(iter(response["response"].values()), "")) for response in responses] or None,
    )


def _schema(declared: dict[str, Any]) -> dict[str, Any] | None:
    # Google takes both spellings of every field; of this one its SDK sends the second.
    return declared.get("parametersJsonSchema") or declared.get("parameters_json_schema")


def _call(index: int, called: Called) -> dict[str, Any]:
    signature = urlsafe_b64encode(f"thought of {called.token}".encode()).decode()
    signed = {} if index else {"thoughtSignature": signature}
    return {"functionCall": {"name": called.name, "args": called.arguments}, **signed}


def _event(document: dict[str, Any]) -> bytes:
    return b"data: %s\r\n\r\n" % json.dumps(document).encode()
