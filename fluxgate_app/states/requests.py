"""The Requests Explorer: the newest calls that the address asks for, and every later one as it ends."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import FluxGateError, Unauthorized
from fluxgate_app.events import filters, queries
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.states import request_words
from fluxgate_app.states.person import identity_of
from fluxgate_app.states.request_words import Line, search

PAGE = 50
# More new rows than this are read anew, so that a page left open does not grow for ever.
MOST_FRESH = 100
# A lone call shows at once; where many come, the table is read once a second.
PAUSE_SECONDS = 0.1
PAUSE_WHEN_BUSY_SECONDS = 1.0
BUSY = 5
_CHOSEN = ("q", "status", "model", "feature")

Pairs = list[tuple[str, str]]


class Requests(rx.State):
    """`fresh` are the rows that came while the page was open, `lines` those before them; both the newest first."""

    is_loading: bool = True
    error: str = ""
    lines: list[Line] = []
    fresh: list[Line] = []
    has_more: bool = False
    is_filtered: bool = False
    chosen: dict[str, str] = dict.fromkeys(_CHOSEN, "")
    others: list[dict[str, str]] = []
    models: list[str] = []
    features: list[str] = []

    _cursor: str | None = None
    _row_id: int = 0

    @rx.var
    def is_empty(self) -> bool:
        """Nothing to show in the table."""
        return not (self.lines or self.fresh)

    @rx.event
    async def load(self):
        """Read the first page that the address asks for, then go on watching."""
        identity = await identity_of(self)
        self._show_filters(self._pairs())
        try:
            await self._read(identity)
        except FluxGateError as error:
            self.error, self.lines, self.fresh, self.has_more = error.message, [], [], False
            return None
        finally:
            self.is_loading = False
        return Requests.watch

    @rx.event
    async def more(self):
        """Read the next page, below the ones that are there."""
        identity = await identity_of(self)
        page = await wiring.current().db.read(
            queries.list_events, scope_of(identity), self._filters(), PAGE, self._cursor
        )
        self.lines = [*self.lines, *map(request_words.line, page.events)]
        self._turn_to(page.next_cursor)

    @rx.event
    def choose(self, name: str, value: str):
        """Set one filter, or take it away with an empty value: the address says it, and the page follows."""
        kept = [(key, said) for key, said in self._pairs() if key != name]
        return rx.redirect(search([*kept, *([(name, value)] if value else [])]), replace=True)

    @rx.event(background=True, supersedes=True)
    async def watch(self):
        """Show each call as it is stored, for as long as this page is open."""
        async with wiring.current().live.subscribe() as changes:
            while True:
                await changes.wait()
                try:
                    identity = await identity_of(self)
                except Unauthorized:
                    return
                async with self:
                    came = await self._add_news(identity)
                await asyncio.sleep(PAUSE_WHEN_BUSY_SECONDS if came >= BUSY else PAUSE_SECONDS)

    async def _read(self, identity: Identity) -> None:
        db, scope, wanted = wiring.current().db, scope_of(identity), self._filters()
        self._row_id = await db.read(queries.latest_row_id)
        page = await db.read(queries.list_events, scope, wanted, PAGE)
        while page.next_cursor and not page.events:
            page = await db.read(queries.list_events, scope, wanted, PAGE, page.next_cursor)
        self.error, self.fresh = "", []
        self.lines = list(map(request_words.line, page.events))
        self._turn_to(page.next_cursor)
        self._learn(self.lines)

    async def _add_news(self, identity: Identity) -> int:
        """Put what was stored since then above the rest; says how many calls that were."""
        news = await wiring.current().db.read(
            queries.events_since, scope_of(identity), self._row_id, self._filters(), MOST_FRESH
        )
        self._row_id = news.row_id
        if len(self.fresh) + len(news.events) > MOST_FRESH:
            await self._read(identity)
        elif news.events:
            self._put_above(news.events)
        return len(news.events)

    def _put_above(self, events: Sequence[EventRow]) -> None:
        came = {event.tracking_id: request_words.line(event) for event in events}
        # A late end brings a call again that is shown already, further down.
        if any(line.tracking_id in came for line in self.lines):
            self.lines = [line for line in self.lines if line.tracking_id not in came]
        kept = [line for line in self.fresh if line.tracking_id not in came]
        self.fresh = sorted([*came.values(), *kept], key=lambda line: line.created_at, reverse=True)
        self._learn(self.fresh)

    def _turn_to(self, cursor: str | None) -> None:
        self._cursor, self.has_more = cursor, cursor is not None

    def _pairs(self) -> Pairs:
        return parse_qsl(self.router.url.query)

    def _filters(self) -> filters.Filters:
        return filters.parse(self._pairs(), datetime.now(UTC))

    def _show_filters(self, pairs: Pairs) -> None:
        self.is_filtered = bool(pairs)
        self.chosen = {name: dict(pairs).get(name, "") for name in _CHOSEN}
        self.others = [{"name": name, "value": value} for name, value in pairs if name not in _CHOSEN]
        self.models = _with(self.models, [self.chosen["model"]])
        self.features = _with(self.features, [self.chosen["feature"]])

    def _learn(self, lines: list[Line]) -> None:
        self.models = _with(self.models, [line.model for line in lines])
        self.features = _with(self.features, [line.feature for line in lines])


def scope_of(identity: Identity) -> str | None:
    """Whose events they may see: None means everybody's."""
    return None if identity.is_admin else identity.account_id


def _with(known: list[str], seen: list[str]) -> list[str]:
    return sorted({*known, *filter(None, seen)})
