"""A stored conversation as a file to take away: Markdown to read, JSON to work with."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fluxgate_app.api.conversation_json import conversation_json, message_json
from fluxgate_app.chat.conversations import ConversationView
from fluxgate_app.chat.history import MessageView
from fluxgate_app.events.exact_json import json_text
from fluxgate_app.models import MessageStatus

_SPEAKERS = {"user": "You", "assistant": "Assistant"}
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ConversationFile:
    """What is written how; `suffix` ends the file's name, `schema` is its JSON schema."""

    suffix: str
    media_type: str
    schema: dict[str, Any]
    write: Callable[[ConversationView, list[MessageView]], str]

    def name(self, conversation: ConversationView) -> str:
        """The title, of letters and digits that any file system takes."""
        words = re.sub(r"[^\w]+", "-", conversation.title).strip("-_")[:_LONGEST_NAME]
        return f"{words or 'conversation'}.{self.suffix}"


def _markdown(conversation: ConversationView, messages: list[MessageView]) -> str:
    turns = (f"## {_SPEAKERS[turn.role]}\n\n{turn.content}{_attached(turn)}{_ending(turn)}" for turn in messages)
    return "\n\n".join([f"# {conversation.title or 'New chat'}", *turns]) + "\n"


def _attached(turn: MessageView) -> str:
    names = ", ".join(file.name for file in turn.attachments)
    return f"\n\n*Attached: {names}*" if names else ""


def _ending(turn: MessageView) -> str:
    return "" if turn.status is MessageStatus.DONE else f"\n\n*({turn.status})*"


def _json(conversation: ConversationView, messages: list[MessageView]) -> str:
    written = {**conversation_json(conversation), "messages": list(map(message_json, messages))}
    return json_text(written) + "\n"


FORMATS = {
    "md": ConversationFile("md", "text/markdown; charset=utf-8", {"type": "string"}, _markdown),
    "json": ConversationFile("json", "application/json", {"type": "object"}, _json),
}
