"""One recorded call, with everything that is known about it."""

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.errors import NotFound
from fluxgate_app.events import queries
from fluxgate_app.events.queries import EventDetail
from fluxgate_app.states import request_lines, request_words
from fluxgate_app.states.person import identity_of
from fluxgate_app.states.request_filters import scope_of
from fluxgate_app.states.request_lines import Line
from fluxgate_app.states.request_words import Fact


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
    metadata: str = ""
    raw_usage: str = ""
    prompt: str = ""
    answer: str = ""

    @rx.event
    async def load(self):
        """Read it, whoever else's it may be: what this person may not see is missing."""
        identity = await identity_of(self)
        tracking_id = self.router.url.path.removeprefix("/requests/").strip("/")
        if tracking_id != self.line.tracking_id:
            self.reset()
            yield
        try:
            detail = await wiring.current().db.read(queries.get_event, scope_of(identity), tracking_id)
        except NotFound:
            self.is_missing = True
        else:
            self._fill(detail)
        self.is_loading = False

    def _fill(self, detail: EventDetail) -> None:
        event = detail.event
        self.line = request_lines.line(event)
        self.error = request_words.error(event)
        self.summary = request_words.summary(event)
        self.waited, self.wrote, self.timeline = request_words.timeline(event)
        self.call, self.tokens = request_words.call(event), request_words.tokens(event)
        self.cost, self.context = request_words.cost(event), request_words.context(detail)
        self.metadata = request_words.pretty(detail.metadata)
        self.raw_usage = request_words.pretty(detail.raw_usage)
        self.prompt, self.answer = detail.prompt or "", detail.answer or ""
