"""What people and programs send: read from a body, checked before anything is done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from fluxgate_app.chat.parts import Part, Text, joined
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid

Role = Literal["system", "user", "assistant"]

# The vendors' SDKs look at each one in the event loop, where everybody else waits meanwhile: 20,000 take seconds.
MOST_MESSAGES = 1000

_ROLES: dict[Any, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn of a conversation, as a provider is told it: a text, or parts.

    A user's have texts, images and results of tools; an assistant's texts and tool calls. A system message is a text.
    """

    role: Role
    content: str | tuple[Part, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The content in parts."""
        return (Text(self.content),) if isinstance(self.content, str) else self.content

    @property
    def text(self) -> str:
        """Its texts, each as a line of its own."""
        return self.content if isinstance(self.content, str) else joined(self.content)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but white space; vendors refuse such turns."""
        return not self.text.strip() and all(isinstance(part, Text) for part in self.parts)


def check_question(text: Any, limit: int) -> str:
    """The text of a question, unchanged. `limit` counts code points.

    Raises Invalid: "Invalid message" when it is not a text, is blank or cannot be stored, "Message too long" over the
    limit (spec section 5).
    """
    if not isinstance(text, str) or not text.strip() or not is_storable(text):
        raise Invalid("Invalid message")
    if len(text) > limit:
        raise Invalid("Message too long")
    return text


def read_messages(body: Any, limit: int) -> list[ChatMessage]:
    """The turns of a chat body, `{messages: [{role, content}, …]}` or `{message: "…"}`; the first wins over the second.

    A turn may have the AI SDK's `parts` instead of a content: the texts among them are read, each as a line of its own.
    There is at least one question, and at most MOST_MESSAGES turns. Each question is checked as `check_question` says,
    and raises what it raises; what has not this shape is an "Invalid message" too.
    """
    if not isinstance(body, Mapping):
        raise Invalid("Invalid message")
    fields = cast(Mapping[Any, Any], body)
    if "messages" not in fields:
        return [ChatMessage("user", check_question(fields.get("message"), limit))]
    given = fields["messages"]
    if not isinstance(given, list):
        raise Invalid("Invalid message")
    turns = cast(list[Any], given)
    if len(turns) > MOST_MESSAGES:
        raise Invalid(f"Too many messages: at most {MOST_MESSAGES} are allowed")
    messages = [_read_message(turn, limit) for turn in turns]
    if not any(message.role == "user" for message in messages):
        raise Invalid("Invalid message")
    return messages


def _read_message(value: Any, limit: int) -> ChatMessage:
    if not isinstance(value, Mapping):
        raise Invalid("Invalid message")
    fields = cast(Mapping[Any, Any], value)
    role, content = fields.get("role"), _text(fields["parts"]) if "parts" in fields else fields.get("content")
    if not isinstance(role, str) or role not in _ROLES:
        raise Invalid("Invalid message")
    if _ROLES[role] == "user":
        return ChatMessage("user", check_question(content, limit))
    if not isinstance(content, str) or not is_storable(content):
        raise Invalid("Invalid message")
    return ChatMessage(_ROLES[role], content)


def _text(parts: Any) -> str | None:
    if not isinstance(parts, list):
        return None
    objects = (cast(Mapping[Any, Any], part) for part in cast(list[Any], parts) if isinstance(part, Mapping))
    texts = [part.get("text") for part in objects if part.get("type") == "text"]
    return "\n".join(text for text in texts if isinstance(text, str))
