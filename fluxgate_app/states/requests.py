"""The Requests Explorer: the calls that the address asks for, and every later one as it ends."""

from collections.abc import Sequence
from datetime import UTC, datetime

import reflex as rx
from sqlalchemy.exc import SQLAlchemyError

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import FluxGateError, Invalid, Unauthorized
from fluxgate_app.events.names import names
from fluxgate_app.events.prune import kept_since
from fluxgate_app.events.search import Page
from fluxgate_app.states import request_filters, request_reading
from fluxgate_app.states.person import identity_of
from fluxgate_app.states.request_filters import Asked, pairs_of, scope_of
from fluxgate_app.states.request_lines import Line
from fluxgate_app.states.request_reading import MOST_FRESH, Part, View
from fluxgate_app.states.request_strip import RequestStrip


class Requests(rx.State):
    """`fresh` are the rows that came while the page was open, `lines` those before them.

    `opened` counts how often the page was asked for, `reading` how often its rows were read anew.
    `searched_back_to` (ISO) is set when the search stopped early; what has not been reached yet is beyond it. What was
    asked for from before `gone_before` (ISO) was deleted by its age.
    """

    is_loading: bool = True
    error: str = ""
    lines: list[Line] = []
    fresh: list[Line] = []
    has_more: bool = False
    searched_back_to: str = ""
    gone_before: str = ""
    is_filtered: bool = False
    chosen: dict[str, str] = {}
    asked: Asked = Asked()
    opened: int = 0
    reading: int = 0

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
        self.opened += 1
        await self._say_what_is_asked(identity)
        try:
            self._show(await request_reading.page(self._view(identity)))
        except FluxGateError as error:
            self.error, self.lines, self.fresh = error.message, [], []
            self._turn_to(Page((), None))
            return None
        finally:
            self.is_loading = False
        return [Requests.watch, RequestStrip.load]

    @rx.event
    async def more(self):
        """Read the next page, below the ones that are there."""
        identity = await identity_of(self)
        part = await request_reading.page(self._view(identity), self._cursor)
        self.lines = [*self.lines, *part.lines]
        self._turn_to(part.page)

    @rx.event(background=True, supersedes=True)
    async def watch(self):
        """Show each call as it is stored, for as long as this page is open."""
        async with wiring.current().live.subscribe() as changes:
            while True:
                await changes.wait()
                try:
                    identity = await identity_of(self)
                    async with self:
                        await self._add_news(identity)
                except Unauthorized:
                    return
                except (Invalid, SQLAlchemyError):
                    # The address asks for what cannot be, as `load` has said; or the database is away, for now.
                    pass

    async def _say_what_is_asked(self, identity: Identity) -> None:
        pairs, now = pairs_of(self), datetime.now(UTC)
        known = await wiring.current().db.read(names, scope_of(identity), request_filters.ids(pairs, now))
        self.asked = request_filters.asked(pairs, now, known)
        self.is_filtered, self.chosen = bool(pairs), dict(pairs)
        mark = await wiring.current().db.read(kept_since, "requests")
        self.gone_before = mark.isoformat() if mark and self.asked.since < mark.isoformat() else ""

    def _view(self, identity: Identity) -> View:
        return request_reading.view(scope_of(identity), pairs_of(self))

    def _show(self, part: Part) -> None:
        self._row_id = part.row_id
        self.error, self.fresh, self.lines, self.reading = "", [], list(part.lines), self.reading + 1
        self._turn_to(part.page)

    async def _add_news(self, identity: Identity) -> None:
        """Put what was stored since then above the rest."""
        viewed = self._view(identity)
        news = await request_reading.news(viewed, self._row_id)
        if len(self.fresh) + len(news.lines) > MOST_FRESH:
            self._show(await request_reading.anew(viewed, news.row_id))
            return
        self._row_id = news.row_id
        if news.lines:
            self._put_above(news.lines)

    def _put_above(self, news: Sequence[Line]) -> None:
        came = {line.tracking_id for line in news}
        # A late end brings a call again that is shown already, further down.
        if any(line.tracking_id in came for line in self.lines):
            self.lines = [line for line in self.lines if line.tracking_id not in came]
        kept = [line for line in self.fresh if line.tracking_id not in came]
        self.fresh = sorted([*news, *kept], key=lambda line: line.created_at, reverse=True)

    def _turn_to(self, page: Page) -> None:
        self._cursor, self.has_more = page.next_cursor, page.next_cursor is not None
        stopped_at = page.searched_back_to if page.next_cursor else None
        self.searched_back_to = stopped_at.isoformat() if stopped_at else ""
