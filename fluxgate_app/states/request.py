"""One recorded call, with everything that is known about it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import NotFound
from fluxgate_app.events import feedback, filters, queries
from fluxgate_app.events.names import names
from fluxgate_app.events.queries import EventDetail
from fluxgate_app.states import request_filters, request_lines, request_words
from fluxgate_app.states.chat import Chat
from fluxgate_app.states.model_choices import Group, by_provider
from fluxgate_app.states.person import admin_of, identity_of
from fluxgate_app.states.request_filters import scope_of
from fluxgate_app.states.request_lines import Line
from fluxgate_app.states.request_question import last_question
from fluxgate_app.states.request_words import Fact

SHOWN_AROUND = 20


@dataclass(frozen=True)
class Around:
    """The newest calls that share something with this one, itself included; `link` leads to all of them."""

    title: str
    link: str
    lines: list[Line]


class Request(rx.State):
    """The call that the address names; `is_missing` when there is none that this person may see."""

    is_loading: bool = True
    is_missing: bool = False
    line: Line = Line()
    error: str = ""
    summary: list[Fact] = []
    waited: str = ""
    wrote: str = ""
    timeline: list[Fact] = []
    call: list[Fact] = []
    tokens: list[Fact] = []
    cost: list[Fact] = []
    context: list[Fact] = []
    opinion: list[Fact] = []
    metadata: str = ""
    raw_usage: str = ""
    prompt: str = ""
    answer: str = ""
    curl: str = ""
    account: str = ""
    question: str = ""
    models: list[Group] = []
    around: list[Around] = []

    @rx.event
    async def load(self):
        """Read it, whoever else's it may be: what this person may not see is missing."""
        identity = await identity_of(self)
        tracking_id = self.router.url.path.removeprefix("/requests/").strip("/")
        if tracking_id != self.line.tracking_id:
            self.reset()
            yield
        scope = scope_of(identity)
        try:
            detail = await wiring.current().db.read(queries.get_event, scope, tracking_id)
        except NotFound:
            self.is_missing = True
        else:
            await self._fill(detail, scope)
            if identity.is_admin:
                await self._offer_again(identity, detail.prompt)
        self.is_loading = False

    @rx.event
    async def ask_again(self, model_id: str):
        """Let the next chat begin with this model."""
        await admin_of(self)
        return Chat.choose(model_id)

    async def _offer_again(self, identity: Identity, prompt: str | None) -> None:
        if question := last_question(prompt):
            now = wiring.current()
            models = filter(identity.models.allows, await asyncio.to_thread(now.catalogue.models))
            self.models = await asyncio.to_thread(by_provider, models, now.price_rules.current)
            self.account, self.question = identity.account_id, question

    async def _fill(self, detail: EventDetail, scope: str | None) -> None:
        event = detail.event
        known = await wiring.current().db.read(names, scope, [id for id in (event.account, event.api_key) if id])
        self.line = request_lines.line(event, known)
        self.error = request_words.error(event)
        said = await wiring.current().db.read(feedback.of_calls, [event.tracking_id])
        self.opinion = request_words.opinion(said.get(event.tracking_id))
        self.summary = request_words.summary(event)
        self.waited, self.wrote, self.timeline = request_words.timeline(event)
        # The price list is read in at its first use.
        self.call = request_words.call(event)
        self.tokens = await asyncio.to_thread(request_words.tokens, event, detail.metadata)
        self.cost, self.context = request_words.cost(event), request_words.context(detail, known)
        self.metadata = request_words.pretty(detail.metadata)
        self.raw_usage = request_words.pretty(detail.raw_usage)
        self.prompt, self.answer = request_words.readable(detail.prompt), detail.answer or ""
        self.curl = request_words.curl(detail)
        shared = (
            ("Conversation", "conversationId", event.conversation_id),
            ("Session", "sessionId", event.session_id),
        )
        found = [await _around(title, column, value, scope) for title, column, value in shared if value]
        self.around = [each for each in found if len(each.lines) > 1]


async def _around(title: str, column: str, value: str, scope: str | None) -> Around:
    pairs = [(column, value)]
    wanted = filters.parse(pairs, datetime.now(UTC))
    page = await wiring.current().db.read(queries.list_events, scope, wanted, SHOWN_AROUND)
    return Around(title, request_filters.link(pairs), list(map(request_lines.line, page.events)))
