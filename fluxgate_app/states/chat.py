"""The chat page: a stored conversation, the model it talks to, and what is left of the minute."""

import asyncio
from contextlib import suppress
from typing import Any

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import conversations
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.states.conversations import Conversations
from fluxgate_app.states.model_choices import Group, by_provider
from fluxgate_app.states.person import identity_of
from fluxgate_app.states.streaming_reply import StreamingReply, Trouble

_NONE_ALLOWED = "None of the models here is allowed for you: ask an admin"


class Chat(StreamingReply, rx.State):
    """One conversation at a time; "" is one that begins with the next question."""

    place: str = ""
    title: str = ""
    is_missing: bool = False
    models: list[Group] = []
    note: str = ""
    most: int = 4000

    @rx.event
    async def load(self):
        """Open the conversation that the address names, and watch what is being written in it."""
        identity = await identity_of(self)
        wanted = self.router.url.path.removeprefix("/c/").strip("/")
        if wanted != self.conversation:
            self.feed, self.piece, self.title = {}, {}, ""
            yield
        now = wiring.current()
        self.conversation, self.error, self.is_missing = wanted, Trouble(), False
        self.place, self._unsent = self.router.url.path, ()
        self.most = now.settings.max_message_chars
        await self._count_what_is_left(identity)
        try:
            model = await self._open(identity.account_id, wanted)
            await self._show(identity)
        except NotFound:
            self.conversation, self.is_missing, self.feed = "", True, {}
            return
        await self._offer(identity, model)
        yield type(self).follow

    @rx.event
    async def choose(self, model_id: str):
        """Ask this model from now on."""
        await self._offer(await identity_of(self), model_id)

    @rx.event
    async def rename(self, conversation_id: str, title: str):
        """Give this or another conversation a title; one that is none changes nothing."""
        identity = await identity_of(self)
        with suppress(NotFound, Invalid):
            renamed = await wiring.current().db.write(conversations.rename, identity.account_id, conversation_id, title)
            if conversation_id == self.conversation:
                self.title = renamed.title
        return Conversations.load

    async def _open(self, account_id: str, conversation_id: str) -> str | None:
        """The title is filled in; gives the model that answered last."""
        if not conversation_id:
            self.title = ""
            return self.model
        found = await wiring.current().db.read(conversations.get, account_id, conversation_id)
        self.title = found.title
        return found.model

    async def _offer(self, identity: Identity, wanted: str | None) -> None:
        # Listing may start the demo provider and read the price data.
        known = await asyncio.to_thread(wiring.current().catalogue.models)
        models = list(filter(identity.models.allows, known))
        first = models[0] if models else None
        chosen = next((model for model in models if wanted in (model.id, model.name)), first)
        self.model, self.note = (chosen.id, chosen.note) if chosen else ("", _NONE_ALLOWED)
        self.models = by_provider(models)

    def _sent(self, is_first: bool, text: str) -> list[Any]:
        if not is_first:
            return [Conversations.load()]
        self.title = conversations.title_from(text)
        return [rx.redirect(f"/c/{self.conversation}", replace=True)]
