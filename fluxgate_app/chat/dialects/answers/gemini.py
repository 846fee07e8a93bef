"""What `generate_content` returns; each chunk of a stream has the form of a whole response."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fluxgate_app.chat.dialects import gemini_ids
from fluxgate_app.chat.parts import CallArguments, CallStart, Delta, Reasoning, Said, Text, ToolCall

if TYPE_CHECKING:
    from google.genai.types import GenerateContentResponse


def parts(response: "GenerateContentResponse") -> Iterator[Said]:
    """The first candidate's; its text is one, however many parts it came in."""
    if reasoning := "".join(part.text for part in _parts(response) if part.text and part.thought):
        yield Reasoning(reasoning)
    if text := delta(response):
        yield Text(text)
    yield from _calls(response)


def delta(chunk: "GenerateContentResponse") -> str:
    """Thoughts are no text; a blocked answer has no candidate, or one without content."""
    return "".join(part.text for part in _parts(chunk) if part.text and not part.thought)


class Reader:
    """Reads a stream's chunks, in which every tool call is whole."""

    def __init__(self) -> None:
        self._begun = 0

    def __call__(self, chunk: "GenerateContentResponse") -> Iterator[Delta]:
        for part in parts(chunk):
            if isinstance(part, ToolCall):
                yield CallStart(self._begun, part.id, part.name)
                yield CallArguments(self._begun, part.arguments)
                self._begun += 1
            else:
                yield part


def _calls(response: "GenerateContentResponse") -> Iterator[ToolCall]:
    for part in _parts(response):
        if call := part.function_call:
            id = gemini_ids.make(call.id, part.thought_signature)
            yield ToolCall(id, call.name or "", json.dumps(call.args or {}, ensure_ascii=False))


def _parts(response: "GenerateContentResponse") -> Iterator[Any]:
    contents = (candidate.content for candidate in response.candidates or ())
    return (part for content in contents if content for part in content.parts or ())
