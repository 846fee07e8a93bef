"""What `chat.completions` returns."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fluxgate_app.chat.parts import CallArguments, CallStart, Delta, Reasoning, Said, Text, ToolCall

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion, ChatCompletionChunk


def parts(response: "ChatCompletion") -> Iterator[Said]:
    """The parts; a refusal is text as well."""
    for choice in response.choices:
        message = choice.message
        if reasoning := _reasoning(message):
            yield Reasoning(reasoning)
        if text := message.content or message.refusal:
            yield Text(text)
        for call in message.tool_calls or ():
            if call.type == "function":
                yield ToolCall(call.id, call.function.name, call.function.arguments or "{}")


def delta(chunk: "ChatCompletionChunk") -> str:
    """Some chunks have no choice, some choices no text."""
    return "".join(choice.delta.content or choice.delta.refusal or "" for choice in chunk.choices)


class Reader:
    """Reads a stream's chunks. Some servers number all calls 0: a new id is a new call."""

    def __init__(self) -> None:
        self._open: dict[int, CallStart] = {}
        self._begun = 0

    def __call__(self, chunk: "ChatCompletionChunk") -> Iterator[Delta]:
        for choice in chunk.choices:
            if reasoning := _reasoning(choice.delta):
                yield Reasoning(reasoning)
        if text := delta(chunk):
            yield Text(text)
        for choice in chunk.choices:
            for call in choice.delta.tool_calls or ():
                yield from self._call(call)

    def _call(self, call: Any) -> Iterator[Delta]:
        call_open, function = self._open.get(call.index), call.function
        if call_open is None or (call.id and call.id != call_open.id):
            name = (function and function.name) or ""
            call_open = CallStart(self._begun, call.id or f"call_{self._begun}", name)
            self._open[call.index] = call_open
            self._begun += 1
            yield call_open
        if function and function.arguments:
            yield CallArguments(call_open.index, function.arguments)


def _reasoning(message: Any) -> str | None:
    """OpenAI tells none; compatible servers do, under one of two names."""
    extra: dict[str, Any] = message.model_extra or {}
    reasoning = extra.get("reasoning_content") or extra.get("reasoning")
    return reasoning if isinstance(reasoning, str) else None
