"""A question whose answer can be watched as it is written: the State that every page with a reply builds on."""

from typing import Any

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import attachments, conversations
from fluxgate_app.chat.generation import Generation
from fluxgate_app.chat.messages import check_question
from fluxgate_app.errors import NotFound
from fluxgate_app.states import messages
from fluxgate_app.states.person import identity_of
from fluxgate_app.states.rewriting import Rewriting
from fluxgate_app.tracking import Owner


class StreamingReply(Rewriting, rx.State, mixin=True):
    """Send a question, watch the answer, stop it: `class Mine(StreamingReply, rx.State)`, for any page.

    A page gives `feed` and `piece` to `components.transcript`. The growing text is no var, as a var crosses the wire
    whole each time it changes; Python reads it as `text`. An answer goes on when nobody watches.
    """

    @rx.event
    async def begin(self):
        """Get ready for whoever is here, as the first thing on a page: its own conversation goes on, or can begin."""
        identity = await identity_of(self)
        await self._count_what_is_left(identity)
        try:
            await self._show(identity)
        except NotFound:
            self.conversation = ""
            await self._show(identity)
        return type(self).follow

    @rx.event
    async def send(self, text: str, files: list[str] | None = None, persona: str = ""):
        """Ask, with these files. Why it was not taken is said in `error`; then it stays with whoever typed it.

        A `persona` that is known is the conversation's from now on.
        """
        identity = await identity_of(self)
        is_first = not self.conversation
        try:
            generation, question = await self._ask(identity, text, attachments.read_ids(files or []), persona or None)
        except Exception as error:
            return self._refuse(error, unsent=(text, files, persona))
        self.accepted += 1
        self._watch(generation, question, messages.begun_answer(generation))
        return [type(self).follow, *self._sent(is_first, text)]

    @rx.event
    async def retry(self, message_id: str = ""):
        """Send again what was not taken, or have this answer, or the last, written anew by the model chosen now."""
        if self._unsent and not message_id:
            return type(self).send(*self._unsent)
        return await self._write_again(message_id, model=self.model or None)

    async def _ask(
        self, identity: Identity, text: str, files: tuple[str, ...], persona: str | None
    ) -> tuple[Generation, messages.Message]:
        now = wiring.current()
        check_question(text, now.settings.max_message_chars)
        model = await now.completions.choose(self.model or None, None, identity.models)
        sent = await now.db.read(attachments.views, identity.account_id, files) if files else []
        await self._take(identity)
        conversation = self.conversation
        if not conversation:
            conversation = (await now.db.write(conversations.create, identity.account_id)).id
            await self._prepare(identity, conversation)
        owner = Owner(identity.account_id)
        how: dict[str, Any] = {"model": model.id, "files": files, "persona": persona}
        generation = await now.generations.start(owner, conversation, text, **how)
        self.conversation = conversation
        return generation, messages.question(generation.question_id, text, sent)

    async def _prepare(self, identity: Identity, conversation_id: str) -> None:
        """What is to be done with a conversation before its first question is asked."""

    def _sent(self, is_first: bool, text: str) -> list[Any]:
        """What else is to be done on the page when a question was taken; the first one began the conversation."""
        return []
