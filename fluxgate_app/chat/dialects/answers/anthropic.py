"""What `messages` returns."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic_core import to_json

from fluxgate_app.chat.parts import CallArguments, CallStart, Delta, Reasoning, Said, Text, ToolCall

if TYPE_CHECKING:
    from anthropic.types import Message, RawContentBlockDelta, RawMessageStreamEvent


def parts(response: "Message") -> Iterator[Said]:
    """The parts; the first block of all is often thinking."""
    for block in response.content:
        match block.type:
            case "text":
                yield Text(block.text)
            case "thinking":
                yield Reasoning(block.thinking)
            case "tool_use":
                yield ToolCall(block.id, block.name, to_json(block.input).decode())
            case _:
                pass


def delta(chunk: "RawMessageStreamEvent") -> str:
    """Thinking and tool calls are no text."""
    if chunk.type == "content_block_delta" and chunk.delta.type == "text_delta":
        return chunk.delta.text
    return ""


class Reader:
    """Reads a stream's events."""

    def __init__(self) -> None:
        self._calls: dict[int, int] = {}
        self._silent: set[int] = set()

    def __call__(self, chunk: "RawMessageStreamEvent") -> Iterator[Delta]:
        match chunk.type:
            case "content_block_start" if chunk.content_block.type == "tool_use":
                index = self._calls[chunk.index] = len(self._calls)
                self._silent.add(chunk.index)
                yield CallStart(index, chunk.content_block.id, chunk.content_block.name)
            case "content_block_delta":
                yield from self._delta(chunk.index, chunk.delta)
            case "content_block_stop" if chunk.index in self._silent:
                # A call without arguments comes without a piece of them.
                yield CallArguments(self._calls[chunk.index], "{}")
            case _:
                pass

    def _delta(self, block: int, delta: "RawContentBlockDelta") -> Iterator[Delta]:
        match delta.type:
            case "text_delta":
                yield Text(delta.text)
            case "thinking_delta":
                yield Reasoning(delta.thinking)
            case "input_json_delta" if delta.partial_json and block in self._calls:
                self._silent.discard(block)
                yield CallArguments(self._calls[block], delta.partial_json)
            case _:
                pass
