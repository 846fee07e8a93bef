"""What a provider is asked, in our own words; each dialect says it in its vendor's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Text, ToolCall, ToolResult
from fluxgate_app.chat.tools import NO_TOOLS, JsonFormat, Tools

# A token is rarely shorter than three bytes, so this errs on the side that still fits.
_BYTES_PER_TOKEN = 3
_UNSEEN = Text("(Here was a picture, which you cannot see.)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question with all that led to it. `turns` hold no system message and no empty turn.

    An empty `system` is none.
    """

    model: str
    system: str
    turns: list[ChatMessage]
    temperature: float | None = None
    max_tokens: int | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    tools: Tools = NO_TOOLS
    json_format: JsonFormat | None = None

    def words(self) -> Iterator[str]:
        """All that the model reads of it, pictures apart."""
        yield self.system
        for turn in self.turns:
            yield turn.text
            yield from (part.arguments for part in turn.parts if isinstance(part, ToolCall))
            yield from (part.text for part in turn.parts if isinstance(part, ToolResult))
        for tool in self.tools.offered:
            yield from (tool.name, tool.description or "", str(tool.parameters))


def split_system(messages: Iterable[ChatMessage]) -> tuple[list[str], list[ChatMessage]]:
    """The system messages' texts, and the other turns; empty ones, which vendors refuse, are left out."""
    said = [message for message in messages if not message.is_empty]
    system = [message.text for message in said if message.role == "system"]
    return system, [message for message in said if message.role != "system"]


def newest_turns(turns: list[ChatMessage], tokens: int) -> list[ChatMessage]:
    """The last turns that fit into about so many tokens, beginning with a question; the last one always stays."""
    room, first = tokens * _BYTES_PER_TOKEN, len(turns)
    while first > 0 and ((room := room - _size(turns[first - 1])) >= 0 or first == len(turns)):
        first -= 1
    while first < len(turns) - 1 and turns[first].role != "user":
        first += 1
    return turns[first:]


def without_images(turns: list[ChatMessage]) -> list[ChatMessage]:
    """The same for a model that reads texts only: it is told where pictures were."""
    return [
        turn
        if isinstance(turn.content, str)
        else replace(turn, content=tuple(_UNSEEN if isinstance(part, Image) else part for part in turn.content))
        for turn in turns
    ]


def _size(turn: ChatMessage) -> int:
    return len(turn.text.encode())
