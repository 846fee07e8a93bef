"""What an answer says of a file that goes with a question."""

from datetime import datetime

from typing_extensions import TypedDict

from fluxgate_app.chat.attachments import AttachmentView


class AttachmentJson(TypedDict):
    """A file without its content; `size` in bytes."""

    id: str
    name: str
    mediaType: str
    size: int
    createdAt: datetime


def attachment_json(attachment: AttachmentView) -> AttachmentJson:
    """The file as its owner is told it."""
    return {
        "id": attachment.id,
        "name": attachment.name,
        "mediaType": attachment.media_type,
        "size": attachment.size,
        "createdAt": attachment.created_at,
    }
