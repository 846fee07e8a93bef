"""An open conversation and the answer that is being written in it, passed on to the page as it grows."""

import asyncio
import logging
import time
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import history
from fluxgate_app.chat.failures import UNEXPECTED, way_out
from fluxgate_app.chat.generation import Generation
from fluxgate_app.errors import FluxGateError, RateLimited, Unauthorized
from fluxgate_app.models import MessageStatus
from fluxgate_app.states import messages
from fluxgate_app.states.budget_words import left_for
from fluxgate_app.states.person import identity_of, is_connected

logger = logging.getLogger(__name__)

_UNEXPECTED = FluxGateError(UNEXPECTED)
_IDENTITY_CHECKED_EVERY_SECONDS = 2.0
# Every piece has 150 bytes around it: a little more patience than the generation has, and a third less to send.
_PAUSE_SECONDS = 0.02
_LOOKED_AFTER_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Trouble:
    """Why a question was not taken: words to show, one word for programs, seconds to wait where waiting helps.

    `way_out` is what else helps, see `chat.failures.way_out`.
    """

    message: str = ""
    code: str = ""
    retry_after: int = 0
    way_out: str = ""


class WatchedAnswer(rx.State, mixin=True):
    """What a page shows of a conversation: `feed` and `piece` as `components.transcript` takes them.

    The growing text is no var, as a var crosses the wire whole each time it changes; Python reads it as `text`.
    """

    loading: bool = False
    error: Trouble = Trouble()
    account: str = ""
    feed: dict[str, Any] = {}
    piece: dict[str, Any] = {}
    conversation: str = ""
    model: str = ""
    accepted: int = 0
    refused: int = 0
    allowance: dict[str, int] = {}
    budget: dict[str, str] = {}

    _answer: str = ""
    _offset: int = 0
    _text: str = ""
    _unsent: tuple[Any, ...] = ()
    _is_written_elsewhere: bool = False

    @property
    def text(self) -> str:
        """The last answer, as far as it is written."""
        running = wiring.current().generations.get(self._answer)
        return running.text if running else self._text

    @rx.event
    async def stop(self):
        """Stop the provider; what was written stays."""
        if running := _own(await identity_of(self), self._answer):
            running.stop()

    @rx.event
    async def gap(self, start: int):
        """Send what the page lacks: the answer from this character on, or everything when it is negative."""
        identity = await identity_of(self)
        running = _own(identity, self._answer)
        if running and start >= 0:
            self.piece = messages.overlapping(running.since(start), "")
        else:
            await self._show(identity)

    @rx.event(background=True, supersedes=True)
    async def follow(self):
        """Pass on what is written, to its end or until this tab watches something else, is gone or another's."""
        async with self:
            generation, offset = wiring.current().generations.get(self._answer), self._offset
        if generation is None:
            await self._outlast()
            return
        checked, before = time.monotonic(), ""
        async with aclosing(generation.follow(offset)) as pieces:
            async for piece in pieces:
                if time.monotonic() - checked > _IDENTITY_CHECKED_EVERY_SECONDS:
                    checked = time.monotonic()
                    if not _own(await _identity_or_none(self), generation.message_id):
                        return
                async with self:
                    if not self._watches(generation):
                        return
                    self.piece = messages.overlapping(piece, before)
                before = piece.text
                await asyncio.sleep(_PAUSE_SECONDS)
        async with self:
            if self._watches(generation):
                await self._finish(generation)
                if identity := await _identity_or_none(self):
                    self.budget = await left_for(identity)

    async def _outlast(self) -> None:
        """Show what becomes of an answer that another process writes, or one that is gone left unfinished."""
        async with self:
            message_id, open_still = self._answer, self._is_written_elsewhere
        while open_still:
            await asyncio.sleep(_LOOKED_AFTER_EVERY_SECONDS)
            identity = await _identity_or_none(self)
            async with self:
                if identity is None or self._answer != message_id or not is_connected(self):
                    return
                open_still = await wiring.current().db.read(history.is_open, identity.account_id, message_id)
                if not open_still:
                    await self._show(identity)

    async def _show(self, identity: Identity) -> None:
        """Send the whole open conversation, and be ready to follow what is being written in it."""
        now, self.account = wiring.current(), identity.account_id
        rows: list[messages.Message] = []
        running = None
        if self.conversation:
            running = now.generations.running(self.conversation)
            rows = await messages.stored(now.db, identity, self.conversation, running)
        if rows and (over := now.generations.get(rows[-1]["id"])):
            rows[-1]["wait"] = messages.wait(over)
        self._answer = rows[-1]["id"] if rows else ""
        self._text = rows[-1]["text"] if rows else ""
        self._offset = running.length if running else 0
        self._is_written_elsewhere = bool(rows) and running is None and rows[-1]["status"] == MessageStatus.STREAMING
        self.loading, self.piece = running is not None, {}
        self.feed = messages.whole(rows)

    def _watch(self, generation: Generation, *changes: messages.Message) -> None:
        self._answer, self._offset = generation.message_id, generation.length
        self._unsent, self.error = (), Trouble()
        self.loading, self.piece = True, {}
        self.feed = messages.changed(self.feed, *changes) if self.feed else messages.whole(changes)

    def _watches(self, generation: Generation) -> bool:
        return self._answer == generation.message_id and is_connected(self)

    async def _finish(self, generation: Generation) -> None:
        self._text = generation.text
        self.loading = False
        self.feed = messages.changed(self.feed, await messages.ending(wiring.current().db, generation))

    def _refuse(self, error: Exception, unsent: tuple[Any, ...] = ()) -> None:
        if isinstance(error, Unauthorized):
            raise error
        if not isinstance(error, FluxGateError):
            logger.error("a question could not be sent", exc_info=error)
            error = _UNEXPECTED
        wait = error.retry_after if isinstance(error, RateLimited) else 0
        code = getattr(error, "code", type(error).__name__)
        self.error = Trouble(error.message, code, wait, way_out(error.message))
        self.refused += 1
        self._unsent = unsent

    async def _take(self, identity: Identity) -> None:
        now = wiring.current()
        try:
            await now.limits.take(identity.account_id, now.settings.rate_limit_per_minute)
        finally:
            await self._count_what_is_left(identity)

    async def _count_what_is_left(self, identity: Identity) -> None:
        now = wiring.current()
        left = await now.limits.peek(identity.account_id, now.settings.rate_limit_per_minute)
        self.allowance = {
            "limit": left.limit,
            "remaining": left.remaining,
            "seconds": left.reset_seconds,
            # Two countdowns from the same second are two countdowns.
            "stamp": self.allowance.get("stamp", 0) + 1,
        }
        self.budget = await left_for(identity)


def _own(identity: Identity | None, message_id: str) -> Generation | None:
    generation = wiring.current().generations.get(message_id)
    return generation if generation and identity and generation.account_id == identity.account_id else None


async def _identity_or_none(state: rx.State) -> Identity | None:
    try:
        return await identity_of(state)
    except Unauthorized:
        return None
