"""Take in what a program sent: read it, price it, store it in one transaction, answer."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, cast

from pydantic_core import from_json
from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.errors import Conflict, FluxGateError, Invalid
from fluxgate_app.events.content import ContentLogging
from fluxgate_app.events.exact_json import json_text
from fluxgate_app.events.ingest import receipts
from fluxgate_app.events.ingest.reading import Reading, body_hash, read
from fluxgate_app.events.ingest.receipts import Receipt
from fluxgate_app.events.prune import closed_before
from fluxgate_app.events.store import store
from fluxgate_app.events.tables import wait_for_turn
from fluxgate_app.models.columns import now
from fluxgate_app.tracking.prices import LISTED, Prices
from fluxgate_app.tracking.record import Owner

ReadEvent = Callable[[Any, Owner, datetime], Reading]

MOST_EVENTS = 1000
LONGEST_KEY = 200
_USED = "This id was used for another event"


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON to answer with, whether anything of what was sent is kept, and the tracking ids of what is new."""

    text: str
    kept: bool
    stored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Submission:
    """What came in one request: events, or why they are none. `key` and `body_hash` where it has an Idempotency-Key."""

    account: str
    events: list[Reading | FluxGateError]
    is_list: bool
    key: str | None
    body_hash: str


class Intake:
    """Takes in what programs send, one after the other: those that compete for SQLite's lock starve.

    `turn` is what whoever stores waits for.
    """

    def __init__(self, db: Database, content_logging: ContentLogging = "off", prices: Prices = LISTED):
        self._db = db
        self._read_event: ReadEvent = partial(read, logging=content_logging, prices=prices)
        self.turn = asyncio.Lock()

    async def take(self, body: bytes, owner: Owner, key: str | None = None) -> Answer:
        """Store the event or the list of events in this body; when it returns, they are in the database.

        `key` is the request's `Idempotency-Key`. A list keeps what is good of it and answers for each by its index.
        Raises Invalid, and Conflict when a key, or the id of a single event, was used for something else.
        """
        if key is not None and not 1 <= len(key) <= LONGEST_KEY:
            raise Invalid(f"Idempotency-Key must have 1 to {LONGEST_KEY} characters")
        submission = await asyncio.to_thread(_read, body, owner, key, self._read_event)
        if not any(isinstance(event, Reading) for event in submission.events):
            return _answer(submission, submission.events)
        async with self.turn:
            return await self._db.write(_keep, submission)


def _read(body: bytes, owner: Owner, key: str | None, read_event: ReadEvent) -> _Submission:
    try:
        sent = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise Invalid("Invalid JSON") from None
    is_list, at = isinstance(sent, list), now()
    events = cast("list[Any]", sent if is_list else [sent])
    if not 1 <= len(events) <= MOST_EVENTS:
        raise Invalid(f"A list has 1 to {MOST_EVENTS} events")
    read_events = [_try_to_read(event, owner, at, read_event) for event in events]
    return _Submission(owner.account or "", read_events, is_list, key, body_hash(sent) if key is not None else "")


def _try_to_read(event: Any, owner: Owner, at: datetime, read_event: ReadEvent) -> Reading | FluxGateError:
    try:
        return read_event(event, owner, at)
    except Invalid as error:
        return error


def _keep(session: Session, submission: _Submission) -> Answer:
    wait_for_turn(session)
    account, request = submission.account, f"request {submission.key}"
    if submission.key is not None and (first := receipts.find(session, account, [request]).get(request)):
        if first.body_hash != submission.body_hash:
            raise Conflict("This Idempotency-Key was used for another body")
        return Answer(first.answer, kept=True)
    became, given = outcomes(session, account, submission.events)
    answer = _answer(submission, became)
    if answer.kept and submission.key is not None:
        given[request] = Receipt(submission.body_hash, answer.text)
    store(session, [event.call for event in became if isinstance(event, Reading)], process_id="")
    receipts.keep(session, account, given)
    return replace(answer, stored=[event.tracking_id for event in became if isinstance(event, Reading)])


def outcomes(
    session: Session, account: str, events: Sequence[Reading | FluxGateError]
) -> tuple[list[Reading | Receipt | FluxGateError], dict[str, Receipt]]:
    """What becomes of each event: new, answered before, or refused; and the receipts of the new ones."""
    named = {f"event {event.id}": event for event in events if isinstance(event, Reading) and event.id}
    known = receipts.find(session, account, named)
    taken = receipts.taken(session, [event.tracking_id for event in named.values() if event.id == event.tracking_id])
    closed = closed_before(session, [event.call.start.created_at for event in events if isinstance(event, Reading)])
    given: dict[str, Receipt] = {}
    became: list[Reading | Receipt | FluxGateError] = []
    for event in events:
        if isinstance(event, FluxGateError):
            became.append(event)
            continue
        key = f"event {event.id}" if event.id else None
        if first := known.get(key or "") or given.get(key or ""):
            became.append(first if first.body_hash == event.body_hash else Conflict(_USED))
        elif key and event.tracking_id in taken:
            became.append(Conflict(_USED))
        elif event.call.start.created_at < closed:
            became.append(Invalid(f"The event is too old: requests from before {closed:%Y-%m-%d} are deleted here"))
        else:
            became.append(event)
            given |= {key: Receipt(event.body_hash, event.answer)} if key else {}
    return became, given


def _answer(submission: _Submission, outcomes: Sequence[Reading | Receipt | FluxGateError]) -> Answer:
    """Raises the refusal of a single event."""
    first = outcomes[0]
    if not submission.is_list:
        if isinstance(first, FluxGateError):
            raise first
        return Answer(first.answer, kept=True)
    results = ",".join(f'{{"index":{index},{_said(outcome)[1:]}' for index, outcome in enumerate(outcomes))
    if all(isinstance(outcome, FluxGateError) for outcome in outcomes):
        error = json_text("None of the events is good: see results")
        return Answer(f'{{"error":{error},"results":[{results}]}}', kept=False)
    return Answer(f'{{"results":[{results}]}}', kept=True)


def _said(outcome: Reading | Receipt | FluxGateError) -> str:
    return json_text({"error": outcome.message}) if isinstance(outcome, FluxGateError) else outcome.answer
