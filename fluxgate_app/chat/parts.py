"""What a message is made of, and the deltas in which an answer to it comes."""

from dataclasses import dataclass
from typing import Any, cast

from pydantic_core import from_json


@dataclass(frozen=True, slots=True)
class Text:
    """Words, in a message or in a delta."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: its `data` in base64 with their `media_type`, or the https `url` where the vendor may fetch it itself.

    We never do.
    """

    media_type: str = ""
    data: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What a model thought before it answered, in an answer or in a delta."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What the assistant wants done: `arguments` are a JSON object, as text, as a model wrote it."""

    id: str
    name: str
    arguments: str

    @property
    def input(self) -> dict[str, Any]:
        """The arguments read; none where they are no object, as when the answer ended in their middle."""
        try:
            value = from_json(self.arguments)
        except ValueError:
            return {}
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call, told by the user; `name` is the tool's."""

    call_id: str
    name: str
    content: tuple[Text | Image, ...]
    is_error: bool = False

    @property
    def text(self) -> str:
        """The texts in it, each as a line of its own."""
        return joined(self.content)


# What an assistant says.
Said = Text | Reasoning | ToolCall
Part = Said | Image | ToolResult


@dataclass(frozen=True, slots=True)
class CallStart:
    """A tool call begins in a stream, the answer's `index`th."""

    index: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CallArguments:
    """A piece of that call's arguments."""

    index: int
    text: str


Delta = Text | Reasoning | CallStart | CallArguments


def joined(parts: tuple[Part, ...]) -> str:
    """The texts among these, each as a line of its own."""
    return "\n".join(part.text for part in parts if isinstance(part, Text))
