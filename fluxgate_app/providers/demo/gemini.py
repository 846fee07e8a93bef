"""Gemini's wire format: generateContent and streamGenerateContent, where every chunk carries the usage so far.

https://ai.google.dev/api/generate-content
"""

import json
import secrets
from typing import Any, ClassVar

from fluxgate_app.providers.demo.asking import Ask, last_question, prompt_tokens
from fluxgate_app.providers.demo.writing import Finish

FINISH: dict[Finish, str | None] = {"stop": "STOP", "length": "MAX_TOKENS", "refused": "SAFETY", None: None}
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
        )

    @staticmethod
    def failure(status: int, message: str) -> dict[str, Any]:
        return {"error": {"code": status, "message": message, "status": STATUSES.get(status, "INTERNAL")}}

    def whole(self, text: str, tokens: int, finish: Finish) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
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


def _event(document: dict[str, Any]) -> bytes:
    return b"data: %s\r\n\r\n" % json.dumps(document).encode()
