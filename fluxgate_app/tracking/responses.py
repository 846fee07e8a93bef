"""OpenAI's Responses API. https://platform.openai.com/docs/api-reference/responses"""

from collections.abc import Mapping
from typing import Any

from fluxgate_app.tracking.failures import Reported
from fluxgate_app.tracking.record import Status, Usage
from fluxgate_app.tracking.usage.openai import response_usage
from fluxgate_app.tracking.vendor import Answer, Arguments, copied

# What is left to the background is answered before it is written: the call itself went well.
_STATUSES = {
    "completed": Status.SUCCESS,
    "queued": Status.SUCCESS,
    "in_progress": Status.SUCCESS,
    "cancelled": Status.CANCELLED,
    "max_output_tokens": Status.MAX_TOKENS,
    "content_filter": Status.CONTENT_FILTER,
}


class ResponseAnswer(Answer):
    """The answer of `responses.create`. Its finish reason is its status, or why it is incomplete."""

    __slots__ = ("_searches",)

    def __init__(self, keeps_text: bool = False):
        super().__init__(keeps_text)
        self._searches = 0

    def captured(self, raw: Mapping[str, Any] | None) -> dict[str, Any]:
        told = super().captured(raw)
        return told | {"webSearches": self._searches} if self._searches else told

    def prompt(self, arguments: Arguments) -> Any:
        names = ("instructions", "input", "tools")
        return {name: copied(arguments[name]) for name in names if arguments.get(name)}

    def see(self, chunk: Any) -> bool:
        match chunk.type:
            case "response.output_text.delta" | "response.refusal.delta":
                self.say(chunk.delta)
            case "response.created":
                self.model = chunk.response.model
            case "response.output_item.added":
                self._begin(chunk.item)
            case "response.completed" | "response.incomplete" | "response.failed":
                self._end(chunk.response, chunk.response.status or chunk.type.removeprefix("response."))
            case "response.audio.delta":
                self.begun = True
            case "error":
                self._break(chunk)
            case kind if kind.endswith(".delta") and isinstance(chunk.delta, str):
                self.think(chunk.delta)
            case _:
                pass
        return True

    def read(self, response: Any) -> None:
        for item in response.output or ():
            self._hear(item)
        if response.status:
            self._end(response, response.status)

    def usage(self, raw: Mapping[str, Any]) -> Usage:
        return response_usage(raw)

    def _hear(self, item: Any) -> None:
        self._begin(item)
        for part in getattr(item, "content", None) or ():
            if item.type == "message":
                self.say(getattr(part, "text", None) or getattr(part, "refusal", None))
            else:
                self.think(getattr(part, "text", None))
        for part in getattr(item, "summary", None) or ():
            self.think(part.text)
        for name in ("arguments", "input", "code"):
            self.think(getattr(item, name, None))

    def _begin(self, item: Any) -> None:
        """A call of a tool is content from its first event on; a message and reasoning are so from their first text."""
        if item.type.endswith("_call"):
            self.begun = True
            self.think(getattr(item, "name", None))

    def _end(self, response: Any, status: str) -> None:
        self.model = response.model or self.model
        self.raw, self.tier = response.usage, response.service_tier
        self._searches = sum(item.type == "web_search_call" for item in response.output or ())
        why = response.incomplete_details if status == "incomplete" else None
        self.finish((why and why.reason) or status, _STATUSES)
        if response.error is not None:
            self._break(response.error)

    def _break(self, told: Any) -> None:
        self.status = Status.ERROR
        self.error = Reported(told.model_dump(exclude_none=True, mode="json"))
