"""Take in spans: find the calls among them, price them, store each once, say what was refused."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.errors import FluxGateError, Invalid
from fluxgate_app.events.content import ContentLogging
from fluxgate_app.events.ingest import receipts
from fluxgate_app.events.ingest.intake import ReadEvent, outcomes
from fluxgate_app.events.ingest.reading import Reading, read
from fluxgate_app.events.ingest.receipts import Receipt
from fluxgate_app.events.otlp.calls import Batch
from fluxgate_app.events.otlp.event import event
from fluxgate_app.events.otlp.span import Span, SpanId
from fluxgate_app.events.store import store
from fluxgate_app.events.tables import wait_for_turn
from fluxgate_app.models.columns import now
from fluxgate_app.tracking.prices import LISTED, Prices
from fluxgate_app.tracking.record import Owner

_SEEN = Receipt("", "")


@dataclass(frozen=True, slots=True)
class Taken:
    """How many spans were refused and why the first of them; the tracking ids of what is new."""

    rejected: int
    why: str
    stored: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Read:
    """The calls of a batch, each with its event or with why it is none."""

    batch: Batch
    events: list[tuple[Span, Reading | FluxGateError]]


class Traces:
    """Takes in what programs trace. `turn` is what all wait for that store what programs send."""

    def __init__(
        self, db: Database, turn: asyncio.Lock, content_logging: ContentLogging = "off", prices: Prices = LISTED
    ):
        self._db = db
        self._turn = turn
        self._read_event: ReadEvent = partial(read, logging=content_logging, prices=prices)

    async def take(self, body: bytes, media_type: str, owner: Owner, own_host: str | None = None) -> Taken:
        """Store the calls among the spans in this body; when it returns, they are in the database.

        A span that was sent before changes nothing. What went to `own_host` is recorded by the gateway there.
        Raises Invalid when there is nothing in it but what is refused.
        """
        sent = await asyncio.to_thread(self._read, body, media_type, owner, own_host)
        async with self._turn:
            return await self._db.write(_keep, owner.account or "", sent)

    def _read(self, body: bytes, media_type: str, owner: Owner, own_host: str | None) -> _Read:
        # Protobuf takes a while to import, and most programs send no spans.
        from fluxgate_app.events.otlp import wire

        batch = Batch.of(wire.read(body, media_type), own_host)
        around, at = batch.wrapping(), now()
        innermost = [call for call in batch.calls if call.id not in around]
        return _Read(batch, [(call, _event(call, owner, at, self._read_event)) for call in innermost])


def _event(call: Span, owner: Owner, at: datetime, read_event: ReadEvent) -> Reading | FluxGateError:
    try:
        return read_event(event(call, owner.account or ""), owner, at)
    except Invalid as error:
        return Invalid(f"Span {call.id[1].hex()[:16]}: {error.message}")


def _keep(session: Session, account: str, sent: _Read) -> Taken:
    wait_for_turn(session)
    batch = sent.batch
    known = _known_wraps(session, account, batch.parents)
    around = batch.wrapping(known)
    innermost = [(call.id, event) for call, event in sent.events if call.id not in around and call.id not in known]
    counted, calls = _counted(session, account, batch, dict(innermost))
    became, given = outcomes(session, account, [event for call, event in innermost if call not in counted])
    new = [event for event in became if isinstance(event, Reading)]
    store(session, [event.call for event in new], process_id="")
    receipts.keep(session, account, given | calls | _new_wraps(session, account, batch, around))
    return _taken(became, new)


def _counted(
    session: Session, account: str, batch: Batch, innermost: Mapping[SpanId, Reading | FluxGateError]
) -> tuple[set[SpanId], dict[str, Receipt]]:
    """Those of these calls that are within one that an earlier request told of, which counts; what to keep of the rest.

    Programs of several processes send what is inside after what is around it.
    """
    above = {call: batch.above(call) for call in innermost}
    seen = receipts.find(session, account, {_key(span, "call") for call in above for span in (call, *above[call])})
    counted = {call for call, spans in above.items() if any(_key(span, "call") in seen for span in spans)}
    told = {_key(call, "call") for call, event in innermost.items() if isinstance(event, Reading)}
    return counted, {key: _SEEN for key in told if key not in seen}


def _known_wraps(session: Session, account: str, spans: Collection[SpanId]) -> set[SpanId]:
    """Those of these within which a call ran that was sent earlier: what is inside ends, and is sent, first."""
    found = receipts.find(session, account, [_key(span) for span in spans])
    return {span for span in spans if _key(span) in found}


def _new_wraps(session: Session, account: str, batch: Batch, around: Collection[SpanId]) -> dict[str, Receipt]:
    """What to keep for the requests to come: the spans around these calls that are yet to be sent, or may be again."""
    to_come = [span for span in around if span not in batch.parents or span in batch.inner]
    known = _known_wraps(session, account, to_come)
    return {_key(span): _SEEN for span in to_come if span not in known}


def _key(span: SpanId, what: str = "around") -> str:
    return f"{what} {span[0].hex()} {span[1].hex()}"


def _taken(became: Sequence[Reading | Receipt | FluxGateError], new: Sequence[Reading]) -> Taken:
    """Raises the first refusal when nothing else is there."""
    refused = [event for event in became if isinstance(event, FluxGateError)]
    if refused and len(refused) == len(became):
        raise Invalid(refused[0].message)
    return Taken(len(refused), refused[0].message if refused else "", [event.tracking_id for event in new])
