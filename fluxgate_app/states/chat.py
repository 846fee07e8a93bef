"""The chat page: a stored conversation, the model it talks to, and what is left of the minute."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import conversations, manners, personas
from fluxgate_app.chat.generation import Generation
from fluxgate_app.chat.manners import Manner, set_manner
from fluxgate_app.chat.note import Tracking
from fluxgate_app.errors import Conflict, FluxGateError, Invalid, NotFound
from fluxgate_app.events import spending
from fluxgate_app.states.conversations import Conversations
from fluxgate_app.states.manner import Filled, filled
from fluxgate_app.states.manner import manner as manner_of
from fluxgate_app.states.model_choices import Group, by_provider
from fluxgate_app.states.person import identity_of
from fluxgate_app.states.spending import Spent, spent
from fluxgate_app.states.streaming_reply import StreamingReply
from fluxgate_app.states.watched_answer import Trouble
from fluxgate_app.tracking import Owner

_NONE_ALLOWED = "None of the models here is allowed for you: ask an admin"


class Chat(StreamingReply, rx.State):
    """One conversation at a time; "" is one that begins with the next question."""

    place: str = ""
    title: str = ""
    is_missing: bool = False
    models: list[Group] = []
    manner: Filled = filled(Manner())
    personas: list[str] = []
    manner_trouble: str = ""
    spent: Spent = Spent()
    note: str = ""
    most: int = 4000

    @rx.event
    async def load(self):
        """Open the conversation that the address names, and watch what is being written in it."""
        identity = await identity_of(self)
        wanted = self.router.url.path.removeprefix("/c/").strip("/")
        if wanted != self.conversation:
            self.feed, self.piece, self.title = {}, {}, ""
            self.manner, self.spent = filled(Manner()), Spent()
            yield
        now = wiring.current()
        self.conversation, self.error, self.is_missing = wanted, Trouble(), False
        self.place, self._unsent = self.router.url.path, ()
        self.most, self.manner_trouble = now.settings.max_message_chars, ""
        self.personas = [one.name for one in await now.db.read(personas.available, identity.account_id)]
        await self._count_what_is_left(identity)
        try:
            found = await self._find(identity)
            model = await self._open(identity.account_id, wanted)
            await self._show(identity)
            await self._add_up(identity.account_id)
            self.feed = {**self.feed, "found": found}
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
    async def behave(self, values: Filled):
        """Have it answered in this manner from now on."""
        identity = await identity_of(self)
        try:
            self.manner, self.manner_trouble = filled(manner_of(values)), ""
            if self.conversation:
                await self._prepare(identity, self.conversation)
        except (Invalid, NotFound) as error:
            self.manner_trouble = error.message

    @rx.event
    async def rename(self, conversation_id: str, title: str):
        """Give this or another conversation a title; one that is none changes nothing."""
        identity = await identity_of(self)
        with suppress(NotFound, Invalid):
            renamed = await wiring.current().db.write(conversations.rename, identity.account_id, conversation_id, title)
            if conversation_id == self.conversation:
                self.title = renamed.title
        return Conversations.load

    async def _find(self, identity: Identity) -> str:
        """Turn to the version in which the message is that the address looks for; gives its id."""
        message_id = dict(parse_qsl(self.router.url.query)).get("message", "")
        # It may be gone by now; and what is being written is not left.
        with suppress(NotFound, Conflict):
            if message_id:
                await wiring.current().generations.look_at(Owner(identity.account_id), message_id)
        return message_id

    async def _open(self, account_id: str, conversation_id: str) -> str | None:
        """The title is filled in; gives the model that answered last."""
        if not conversation_id:
            self.title = ""
            return self.model
        read = wiring.current().db.read
        found = await read(conversations.get, account_id, conversation_id)
        self.manner = filled(await read(manners.get, account_id, conversation_id))
        self.title = found.title
        return found.model

    async def _offer(self, identity: Identity, wanted: str | None) -> None:
        # Listing may start the demo provider and read the price data.
        known = await asyncio.to_thread(wiring.current().catalogue.models)
        models = list(filter(identity.models.allows, known))
        first = models[0] if models else None
        chosen = next((model for model in models if wanted in (model.id, model.name)), first)
        self.model, self.note = (chosen.id, chosen.note) if chosen else ("", _NONE_ALLOWED)
        if wanted and chosen and wanted not in (chosen.id, chosen.name):
            self.note = await _why_not(identity, wanted, chosen.title)
        # Each model is priced, by what admins have set meanwhile.
        self.models = await asyncio.to_thread(by_provider, models, wiring.current().price_rules.current)

    async def _prepare(self, identity: Identity, conversation_id: str) -> None:
        manner = manner_of(self.manner)
        await wiring.current().db.write(set_manner, identity.account_id, conversation_id, manner)

    async def _finish(self, generation: Generation) -> None:
        await super()._finish(generation)
        await self._add_up(generation.account_id, generation.tracking)

    async def _add_up(self, account_id: str, call: Tracking | None = None) -> None:
        """Say what the conversation came to; the call that has just ended may not be stored yet."""
        but = call.tracking_id if call else None
        found = await wiring.current().db.read(spending.of_conversation, account_id, self.conversation, but)
        self.spent = spent(found.plus(call.cost, call.cost_source, call.usage.total_tokens) if call else found)

    def _sent(self, is_first: bool, text: str) -> list[Any]:
        if not is_first:
            return [Conversations.load()]
        self.title = conversations.title_from(text)
        return [rx.redirect(f"/c/{self.conversation}", replace=True)]


async def _why_not(identity: Identity, wanted: str, instead: str) -> str:
    try:
        await wiring.current().completions.choose(wanted, None, identity.models)
    except FluxGateError as error:
        return f"{error.message}: {instead} answers instead"
    return f"{wanted} is not offered any more: {instead} answers instead"
