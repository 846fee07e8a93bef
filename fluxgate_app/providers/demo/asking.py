"""What a request asks for, whichever vendor's form it came in."""

from dataclasses import dataclass, field
from typing import Any, cast

from fluxgate_app.providers.demo.calling import Tools


@dataclass(frozen=True, slots=True)
class Ask:
    """One question; `max_tokens` None means no limit, `wants_usage` whether a stream reports its tokens."""

    model: str
    question: str
    prompt_tokens: int
    max_tokens: int | None
    streamed: bool
    wants_usage: bool = True
    tools: Tools = field(default_factory=Tools)


def text_of(content: Any) -> str:
    """The text in a message's content: a string, a part, or any nesting of them; everything else is skipped."""
    match content:
        case str():
            return content
        case list():
            return "\n".join(filter(None, map(text_of, cast("list[Any]", content))))
        case {"text": str(text)}:
            return text
        case {"parts": inner} | {"content": inner}:
            return text_of(inner)
        case _:
            return ""


def last_question(messages: list[dict[str, Any]]) -> str:
    """The newest message of the user. Raises ValueError when there is none."""
    questions = [text_of(message) for message in messages if message.get("role", "user") == "user"]
    if not questions:
        raise ValueError("messages must hold at least one with the role user")
    return questions[-1]


def count(text: str) -> int:
    """Tokens of a prompt, at four bytes each; cheap enough for a megabyte."""
    return -(-len(text.encode()) // 4)


def prompt_tokens(system: Any, messages: list[dict[str, Any]]) -> int:
    """Tokens of a whole conversation: its text and four for each message's frame."""
    return count(text_of(system)) + sum(count(text_of(message)) + 4 for message in messages)
