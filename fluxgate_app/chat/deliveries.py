"""Answer each delivery of a webhook once, whichever process it reaches and however often it comes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Concatenate, ParamSpec

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col, select

from fluxgate_app.db import Database
from fluxgate_app.models import ProcessLease, WebhookDelivery
from fluxgate_app.models.columns import now

logger = logging.getLogger(__name__)

KEPT = timedelta(days=90)
POLL_SECONDS = 0.2
CLOSING_SECONDS = 1.0

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What makes a delivery the same as another: where it arrived, its id, the SHA-256 of its body in hex."""

    route: str
    id: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered, as JSON, and the event that it cost."""

    answer: str
    tracking_id: str


Work = Callable[[], Awaitable[Answered]]


class Deliveries:
    """The deliveries of all webhooks. `process_id` is the one under which this process holds its lease."""

    def __init__(self, database: Database, process_id: str):
        self._database = database
        self._process_id = process_id
        self._answering: dict[Delivery, asyncio.Task[Answered]] = {}

    async def once(self, delivery: Delivery, work: Work) -> Answered:
        """The answer to this delivery: the stored one, the one that is being made now, or what `work` makes.

        The work goes on when the caller is cancelled, so that a sender who gave up finds its answer at the next try.
        Raises what the work raises; then the next delivery does it again.
        """
        answering = self._answering.get(delivery)
        if answering is None:
            answering = asyncio.create_task(self._answer(delivery, work))
            self._answering[delivery] = answering
            answering.add_done_callback(lambda done: self._ended(delivery, done))
        return await asyncio.shield(answering)

    async def close(self) -> None:
        """End with the process: what is not answered yet is free for others, within a second."""
        for answering in self._answering.values():
            answering.cancel()
        if self._answering:
            await asyncio.wait(self._answering.values(), timeout=CLOSING_SECONDS)

    async def _answer(self, delivery: Delivery, work: Work) -> Answered:
        while (answered := await self._database.read(answer_to, delivery)) is None:
            if await self._database.write(claim, delivery, self._process_id):
                return await self._do(delivery, work)
            await asyncio.sleep(POLL_SECONDS)
        return answered

    async def _do(self, delivery: Delivery, work: Work) -> Answered:
        try:
            answered = await work()
            await self._write(settle, delivery, answered)
        except BaseException:
            await self._write(release, delivery, self._process_id)
            raise
        return answered

    async def _write(self, change: Callable[Concatenate[Session, P], None], *args: P.args, **kwargs: P.kwargs) -> None:
        # Until the database is back: others wait for this, and what has been paid for may not get lost.
        while True:
            try:
                return await self._database.write(change, *args, **kwargs)
            except OperationalError:
                logger.warning("a delivery waits for the database")
                await asyncio.sleep(POLL_SECONDS)

    def _ended(self, delivery: Delivery, answering: asyncio.Task[Answered]) -> None:
        del self._answering[delivery]
        if not answering.cancelled():
            # Whoever asked may be gone: then nobody else looks at the failure, which has been recorded.
            answering.exception()


def answer_to(session: Session, delivery: Delivery) -> Answered | None:
    """What has been answered to this delivery in the last 90 days."""
    row = session.exec(select(WebhookDelivery).where(_is(delivery), _is_kept())).one_or_none()
    return Answered(row.answer, row.tracking_id or "") if row and row.answer is not None else None


def claim(session: Session, delivery: Delivery, process_id: str) -> bool:
    """Let this process answer the delivery, unless it is answered or a living process works on it."""
    living = select(ProcessLease.process_id).where(col(ProcessLease.expires_at) > now())
    mine, left = col(WebhookDelivery.process_id) == process_id, col(WebhookDelivery.process_id).not_in(living)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    key = {"route": delivery.route, "delivery_id": delivery.id, "body_hash": delivery.body_hash}
    values = {"process_id": process_id, "created_at": now(), "answer": None, "tracking_id": None}
    free = ~_is_kept() | (col(WebhookDelivery.answer).is_(None) & (mine | left))
    taken = insert(WebhookDelivery).values(key | values)
    taken = taken.on_conflict_do_update(index_elements=list(key), set_=values, where=free)
    return session.connection().execute(taken.returning(col(WebhookDelivery.route))).first() is not None


def settle(session: Session, delivery: Delivery, answered: Answered) -> None:
    """Store the answer, unless there is one already."""
    unanswered = update(WebhookDelivery).where(_is(delivery), col(WebhookDelivery.answer).is_(None))
    session.exec(unanswered.values(answer=answered.answer, tracking_id=answered.tracking_id))


def release(session: Session, delivery: Delivery, process_id: str) -> None:
    """Let the delivery be done again, by anybody."""
    mine = col(WebhookDelivery.process_id) == process_id, col(WebhookDelivery.answer).is_(None)
    session.exec(delete(WebhookDelivery).where(_is(delivery), *mine))


def forget(session: Session) -> None:
    """Delete what is older than 90 days, after which the same delivery is a new one."""
    session.exec(delete(WebhookDelivery).where(~_is_kept()))


def _is(delivery: Delivery) -> ColumnElement[bool]:
    return (
        (col(WebhookDelivery.route) == delivery.route)
        & (col(WebhookDelivery.delivery_id) == delivery.id)
        & (col(WebhookDelivery.body_hash) == delivery.body_hash)
    )


def _is_kept() -> ColumnElement[bool]:
    return col(WebhookDelivery.created_at) >= now() - KEPT
