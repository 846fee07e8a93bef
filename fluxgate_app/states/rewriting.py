"""Other ways to ask and to answer: each is a version beside the one before, and the page can go from one to another."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import ratings
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.states import messages
from fluxgate_app.states.person import identity_of
from fluxgate_app.states.watched_answer import Trouble, WatchedAnswer
from fluxgate_app.tracking import Owner


class Rewriting(WatchedAnswer, rx.State, mixin=True):
    """What can be done with messages that are there already."""

    @rx.event
    async def go_on(self):
        """Have the answer that broke off continued, by the model chosen now."""
        return await self._write_again(model=self.model or None, goes_on=True)

    @rx.event
    async def edit(self, text: str, message_id: str = ""):
        """Ask this question in other words, or the last one, beside what was asked before."""
        return await self._write_again(message_id, model=self.model or None, question=text)

    @rx.event
    async def look_at(self, message_id: str):
        """Go to another version."""
        identity = await identity_of(self)
        await self._change(identity, wiring.current().generations.look_at, message_id)

    @rx.event
    async def remove(self, message_id: str):
        """Delete this message with all that followed it."""
        identity = await identity_of(self)
        await self._change(identity, wiring.current().generations.delete_message, message_id)

    @rx.event
    async def rate(self, message_id: str, verdict: str, reason: str = ""):
        """Say that this answer is good or bad, and why; "" takes it back."""
        identity = await identity_of(self)
        is_good = {"good": True, "bad": False}.get(verdict)
        with suppress(NotFound, Invalid):
            said = await wiring.current().db.write(ratings.rate, identity.account_id, message_id, is_good, reason)
            self.feed = messages.changed(self.feed, {"id": message_id, "opinion": messages.opinion(said)})

    async def _change(
        self, identity: Identity, change: Callable[[Owner, str], Awaitable[Any]], message_id: str
    ) -> None:
        try:
            await change(Owner(identity.account_id), message_id)
        except Exception as error:
            self._refuse(error)
            return
        self.error = Trouble()
        await self._show(identity)

    async def _write_again(self, message_id: str = "", **how: Any) -> Any:
        identity = await identity_of(self)
        try:
            await self._take(identity)
            wanted = message_id or self._answer
            owner, allowed = Owner(identity.account_id), identity.models
            generation = await wiring.current().generations.retry(owner, wanted, allowed=allowed, **how)
        except Exception as error:
            return self._refuse(error)
        if generation.message_id != self._answer:
            self._unsent, self.error = (), Trouble()
            await self._show(identity)
        else:
            self._watch(generation, messages.begun_answer(generation))
        return type(self).follow
