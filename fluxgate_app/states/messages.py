"""What is sent to `components/messages.js`: a conversation once, then only what changes in it."""

import secrets
from collections.abc import Sequence
from typing import Any

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import history
from fluxgate_app.chat.attachments import AttachmentView
from fluxgate_app.chat.generation import Generation
from fluxgate_app.chat.note import Tracking
from fluxgate_app.chat.text import Piece, utf16_length
from fluxgate_app.db import Database
from fluxgate_app.events import queries
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.states import figures
from fluxgate_app.tracking import Usage

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


def question(answer_id: str, text: str, files: Sequence[AttachmentView] = ()) -> Message:
    """A question that was just taken; its stored id is not known here and does not matter."""
    sent = list(map(_file, files))
    return {"id": f"{answer_id}-question", "role": "user", "status": "done", "text": text, "files": sent}


def begun_answer(generation: Generation) -> Message:
    """An answer as far as it is written; it clears what an earlier attempt left."""
    return {
        "id": generation.message_id,
        "role": "assistant",
        "status": "streaming",
        "text": generation.text,
        "length": generation.length,
        "error": None,
        "meta": None,
    }


def ending(generation: Generation) -> Message:
    """How an answer ended, and how long its text must be by now."""
    tracking = generation.tracking
    return {
        "id": generation.message_id,
        "status": str(generation.status),
        "length": generation.length,
        "error": generation.error,
        "meta": _footer(tracking, tracking.usage) if tracking else None,
    }


async def stored(db: Database, identity: Identity, conversation: str, running: Generation | None) -> list[Message]:
    """All messages of a conversation; one that is being written is further than its row. Raises NotFound."""
    rows = await db.read(history.messages, identity.account_id, conversation)
    calls = await db.read(
        queries.find_events, identity.account_id, [row.tracking_id for row in rows if row.tracking_id]
    )
    return [
        begun_answer(running)
        if running and running.message_id == row.id
        else _message(row, calls.get(row.tracking_id or ""))
        for row in rows
    ]


def _message(row: history.MessageView, call: EventRow | None) -> Message:
    message: Message = {"id": row.id, "role": row.role, "status": str(row.status), "text": row.content}
    if row.attachments:
        message["files"] = list(map(_file, row.attachments))
    if row.error:
        message["error"] = row.error
    if call:
        message["meta"] = _footer(call, call)
    return message


def _file(file: AttachmentView) -> dict[str, Any]:
    return {"id": file.id, "name": file.name, "mediaType": file.media_type, "size": file.size}


def _footer(call: EventRow | Tracking, usage: EventRow | Usage) -> dict[str, str]:
    """What an answer cost and how fast it came: what is unknown is left out."""
    words = {
        "cost": figures.money(call.cost, call.cost_source),
        "exactCost": figures.exact_money(call.cost),
        "speed": figures.tokens_per_second(usage.output_tokens, call.latency_in_ms, call.streaming_duration_in_ms),
        "request": f"/requests/{call.tracking_id}",
    }
    if usage.input_tokens is not None and usage.output_tokens is not None:
        words["tokens"] = f"{figures.exact_count(usage.input_tokens + usage.output_tokens)} tokens"
    if call.latency_in_ms is not None:
        words["first"] = f"first token {figures.duration(call.latency_in_ms)}"
    return {name: said for name, said in words.items() if said}
