"""What is sent to `components/messages.js`: a conversation once, then only what changes in it."""

import math
import secrets
from collections.abc import Sequence
from typing import Any

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import history
from fluxgate_app.chat.attachments import AttachmentView
from fluxgate_app.chat.failures import way_out
from fluxgate_app.chat.generation import Generation
from fluxgate_app.chat.text import Piece, utf16_length
from fluxgate_app.db import Database
from fluxgate_app.events import feedback, queries
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.feedback import FeedbackView
from fluxgate_app.models import MessageStatus
from fluxgate_app.states.footer import footer
from fluxgate_app.tracking import Status

Message = dict[str, Any]
Feed = dict[str, Any]

# A browser may draw two updates as one and never see the first: the last few are sent together.
_SENT_TOGETHER = 3
_OVERLAP = 40


def whole(messages: Sequence[Message]) -> Feed:
    """Everything there is; what was sent before does not count any more."""
    return {"epoch": secrets.token_hex(4), "updates": [{"revision": 1, "messages": list(messages)}]}


def changed(feed: Feed, *messages: Message) -> Feed:
    """The feed that adds these messages, or lays these fields over those with the same id."""
    before = feed["updates"]
    revision = before[-1]["revision"]
    news = [{"revision": revision + number, "message": message} for number, message in enumerate(messages, 1)]
    kept = [update for update in before if "message" in update]
    return {**feed, "updates": [*kept, *news][-_SENT_TOGETHER:]}


def overlapping(piece: Piece, before: str) -> dict[str, Any]:
    """The piece with the end of what came `before` it, so that one which got lost heals with the next."""
    again = before[-_OVERLAP:]
    return {"at": piece.offset - utf16_length(again), "text": again + piece.text}


def question(message_id: str, text: str, files: Sequence[AttachmentView] = ()) -> Message:
    """A question that was just taken."""
    sent = list(map(_file, files))
    return {"id": message_id, "role": "user", "status": "done", "text": text, "files": sent}


def begun_answer(generation: Generation) -> Message:
    """An answer as far as it is written; it clears what an earlier attempt left."""
    return {
        "id": generation.message_id,
        "role": "assistant",
        "status": "streaming",
        "text": generation.text,
        "length": generation.length,
        "error": None,
        "isCut": False,
        "meta": None,
    }


async def ending(db: Database, generation: Generation) -> Message:
    """How an answer ended, how long its text must be by now, and what all calls for it cost."""
    tracking = generation.tracking
    before = await db.read(queries.find_events, generation.account_id, generation.earlier_calls)
    return {
        "id": generation.message_id,
        "status": str(generation.status),
        "length": generation.length,
        "isCut": is_cut(generation.status, tracking.status if tracking else None),
        **_failure(generation.error, tracking.status if tracking else None, generation.text),
        "wait": wait(generation),
        "meta": footer(tracking, tracking.usage, list(before.values())) if tracking else None,
    }


def wait(generation: Generation) -> int:
    """Whole seconds until its provider answers again."""
    return math.ceil(generation.wait_left)


async def stored(db: Database, identity: Identity, conversation: str, running: Generation | None) -> list[Message]:
    """All messages of a conversation; one that is being written is further than its row. Raises NotFound."""
    rows = await db.read(history.messages, identity.account_id, conversation)
    made = [call for row in rows for call in (row.tracking_id, *row.earlier_calls) if call]
    calls = await db.read(queries.find_events, identity.account_id, made)
    opinions = await db.read(feedback.of_calls, made)
    return [
        _versions(row) | _message(row, calls, running) | {"opinion": opinion(opinions.get(row.tracking_id or ""))}
        for row in rows
    ]


def opinion(said: FeedbackView | None) -> dict[str, str]:
    """What was said of an answer: `verdict` is good, bad or empty."""
    return {"verdict": ("good" if said.is_good else "bad") if said else "", "reason": said.reason if said else ""}


def is_cut(status: str, ended: str | None) -> bool:
    """Whether an answer is as long as it was allowed to be, and not at its end."""
    return status == MessageStatus.DONE and ended == Status.MAX_TOKENS


def _failure(error: str | None, ended: str | None, text: str) -> Message:
    return {"error": error, "wayOut": way_out(error, ended, has_text=bool(text)) if error else ""}


def _versions(row: history.MessageView) -> Message:
    """Which of how many this is, and which are beside it."""
    if not row.versions:
        return {}
    at = row.versions.index(row.id)
    before, after = (row.versions[beside] if beside in range(len(row.versions)) else "" for beside in (at - 1, at + 1))
    return {"version": {"at": at + 1, "of": len(row.versions), "before": before, "after": after}}


def _message(row: history.MessageView, calls: dict[str, EventRow], running: Generation | None) -> Message:
    if running and running.message_id == row.id:
        return begun_answer(running)
    message: Message = {"id": row.id, "role": row.role, "status": str(row.status), "text": row.content}
    if row.attachments:
        message["files"] = list(map(_file, row.attachments))
    call = calls.get(row.tracking_id or "")
    message |= _failure(row.error, call and call.status, row.content) if row.error else {}
    if call:
        message["isCut"] = is_cut(row.status, call.status)
        message["meta"] = footer(call, call, [calls[earlier] for earlier in row.earlier_calls if earlier in calls])
    return message


def _file(file: AttachmentView) -> dict[str, Any]:
    return {"id": file.id, "name": file.name, "mediaType": file.media_type, "size": file.size}
