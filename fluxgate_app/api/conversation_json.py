"""What an answer says of stored conversations (spec section 5)."""

from datetime import datetime
from typing import NotRequired

from typing_extensions import TypedDict

from fluxgate_app.api.attachment_json import AttachmentJson, attachment_json
from fluxgate_app.chat.conversations import ConversationView
from fluxgate_app.chat.history import MessageView
from fluxgate_app.models import MessageStatus


class ConversationJson(TypedDict):
    """A stored conversation."""

    id: str
    title: str
    createdAt: datetime
    updatedAt: datetime
    model: str | None
    persona: str | None


class MessageJson(TypedDict):
    """One of its turns, after `parentId`; `versions` are the ids of all in its place, where there are several.

    `attachments` are the files that went with it.
    """

    id: str
    conversationId: str
    parentId: str | None
    versions: list[str]
    role: str
    content: str
    createdAt: datetime
    status: MessageStatus
    attachments: NotRequired[list[AttachmentJson]]


def conversation_json(conversation: ConversationView) -> ConversationJson:
    """The conversation as its owner is told it."""
    return {
        "id": conversation.id,
        "title": conversation.title,
        "createdAt": conversation.created_at,
        "updatedAt": conversation.updated_at,
        "model": conversation.model,
        "persona": conversation.persona,
    }


def message_json(message: MessageView) -> MessageJson:
    """The turn as its owner is told it."""
    told: MessageJson = {
        "id": message.id,
        "conversationId": message.conversation_id,
        "parentId": message.parent_id,
        "versions": list(message.versions),
        "role": message.role,
        "content": message.content,
        "createdAt": message.created_at,
        "status": message.status,
    }
    if message.attachments:
        told["attachments"] = list(map(attachment_json, message.attachments))
    return told
