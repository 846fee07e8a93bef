"""Write recorded calls: events, the texts kept with them, end users, open calls and rollups, in one transaction."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fluxgate_app.events import end_users, rollups, text_index
from fluxgate_app.events.budgets import spending
from fluxgate_app.events.call import Call, start_to_dict
from fluxgate_app.events.event_row import ROW_COLUMNS, STORED, EventRow, from_call, from_database, stored_values
from fluxgate_app.events.prune import closed_before
from fluxgate_app.events.tables import (
    CHUNK,
    CONTENTS,
    CONVERSATIONS,
    EVENTS,
    OPEN_CALLS,
    fitted,
    insert,
    present,
    remove,
    wait_for_turn,
)
from fluxgate_app.tracking.record import Status

# Other labels are the callers' own, and name nothing that could be deleted.
_STORED_CONVERSATION = re.compile(r"conv_[0-9A-HJKMNP-TV-Z]{26}")
# Built once: that costs as much as to run it.
_BY_ID = select(*ROW_COLUMNS).where(EVENTS.c.tracking_id.in_(bindparam("ids", expanding=True)))
_NEWEST_TEXTS = (
    "ON CONFLICT (tracking_id) DO UPDATE SET conversation_id = excluded.conversation_id, "
    "prompt = excluded.prompt, answer = excluded.answer"
)


def store(session: Session, calls: Collection[Call], process_id: str) -> list[str]:
    """Store what happened to these calls, in the order in which it happened; open ones belong to this process.

    Budgets count the calls of a process; those of none ('') were made elsewhere, and burn nobody's budget here.

    A call is one event however often it comes: a later end replaces an earlier one, rollups corrected; INTERRUPTED
    replaces nothing, and nothing replaces another account's. One that may have been deleted by its age is left out
    (`prune.closed_before`). Gives the tracking ids of new and changed events.
    """
    wait_for_turn(session)
    latest = _without_deleted(session, _latest(calls))
    before = _stored(session, latest)
    ended = {
        tracking_id: call for tracking_id, call in latest.items() if call.end and _owns(call, before.get(tracking_id))
    }
    changed = {
        tracking_id: (row, call)
        for tracking_id, call in ended.items()
        if _counts(row := from_call(call), before.get(tracking_id))
    }
    replaced = [before[tracking_id] for tracking_id in changed if tracking_id in before]
    text_index.forget(session, {row.row_id for row in replaced})
    remove(session, EVENTS, [row.tracking_id for row in replaced])
    _insert_events(session, changed.values())
    rollups.apply(session, [row for row, _ in changed.values()], replaced)
    if process_id:
        spending.count(session, [(row, before.get(tracking_id)) for tracking_id, (row, _) in changed.items()])
    _keep_texts(session, ended.values())
    end_users.describe(session, [call for _, call in changed.values()])
    remove(session, OPEN_CALLS, ended)
    opened = [call for tracking_id, call in latest.items() if not call.end and tracking_id not in before]
    _open(session, opened, process_id)
    return list(changed)


def add(session: Session, rows: Collection[EventRow]) -> None:
    """Store events that are known to be new."""
    wait_for_turn(session)
    insert(session, EVENTS, STORED, map(stored_values, rows))
    rollups.apply(session, rows)


def _latest(calls: Iterable[Call]) -> dict[str, Call]:
    latest: dict[str, Call] = {}
    for call in calls:
        known = latest.get(call.start.tracking_id)
        if known is None or (call.end and not (known.end and call.end.status == Status.INTERRUPTED)):
            latest[call.start.tracking_id] = call
    return latest


def _without_deleted(session: Session, calls: dict[str, Call]) -> dict[str, Call]:
    closed = closed_before(session, [call.start.created_at for call in calls.values()])
    old = [tracking_id for tracking_id, call in calls.items() if call.start.created_at < closed]
    gone = set(old) - set(present(session, OPEN_CALLS, old))
    return {tracking_id: call for tracking_id, call in calls.items() if tracking_id not in gone} if gone else calls


def _stored(session: Session, tracking_ids: Collection[str]) -> dict[str, EventRow]:
    ids = present(session, EVENTS, tracking_ids)
    found: dict[str, EventRow] = {}
    for start in range(0, len(ids), CHUNK):
        rows = session.connection().execute(_BY_ID, {"ids": ids[start : start + CHUNK]})
        found |= {row.tracking_id: from_database(row) for row in rows}
    return found


def _owns(call: Call, before: EventRow | None) -> bool:
    return before is None or before.account == call.start.owner.account


def _counts(row: EventRow, before: EventRow | None) -> bool:
    if before is None:
        return True
    return row.status != Status.INTERRUPTED and row != replace(before, row_id=0)


def _insert_events(session: Session, events: Collection[tuple[EventRow, Call]]) -> None:
    names = (*STORED, "raw_usage", "metadata")
    rows = [(*stored_values(row), call.end and call.end.raw_usage, _metadata(call)) for row, call in events]
    insert(session, EVENTS, names, rows)


def _metadata(call: Call) -> dict[str, Any] | None:
    """What the caller said, and under it what the vendor told beside its counts."""
    told = (call.end and call.end.captured) or {}
    return {**told, **call.start.context.metadata} or None


def _keep_texts(session: Session, calls: Iterable[Call]) -> None:
    names = ("tracking_id", "conversation_id", "prompt", "answer", "created_at")
    with_texts = [call for call in calls if call.end and (call.end.prompt is not None or call.end.answer is not None)]
    deleted = _deleted_conversations(session, with_texts)
    rows = [
        (
            call.start.tracking_id,
            fitted(call.start.context.conversation_id, 200),
            fitted(call.end.prompt),
            fitted(call.end.answer),
            call.start.created_at,
        )
        for call in with_texts
        if call.end and call.start.context.conversation_id not in deleted
    ]
    insert(session, CONTENTS, names, rows, _NEWEST_TEXTS)


def _deleted_conversations(session: Session, calls: Iterable[Call]) -> set[str]:
    """Stored conversations that are no more: a call may end, or come out of a journal, after its chat was deleted."""
    labels = {call.start.context.conversation_id for call in calls}
    stored = {label for label in labels if label and _STORED_CONVERSATION.fullmatch(label)}
    if not stored:
        return stored
    # Locked, so that none is deleted between this look and our commit.
    query = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.id.in_(stored)).with_for_update(read=True)
    return stored - set(session.connection().execute(query).scalars())


def _open(session: Session, calls: Iterable[Call], process_id: str) -> None:
    rows = [(call.start.tracking_id, process_id, start_to_dict(call.start)) for call in calls]
    insert(session, OPEN_CALLS, ("tracking_id", "process_id", "started"), rows, "ON CONFLICT (tracking_id) DO NOTHING")
