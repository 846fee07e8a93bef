"""The dashboard: the figures that the address asks for, read again while calls come in."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import reflex as rx
from sqlalchemy.exc import SQLAlchemyError

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import FluxGateError
from fluxgate_app.events.budgets import decisions
from fluxgate_app.events.metrics.overview import USUAL_DIMENSION, Overview, overview
from fluxgate_app.events.names import names
from fluxgate_app.states import dashboard_words as words
from fluxgate_app.states import request_filters
from fluxgate_app.states.dashboard_budget import BudgetLine, budget_line
from fluxgate_app.states.dashboard_charts import charts
from fluxgate_app.states.dashboard_links import USUAL_RANGE
from fluxgate_app.states.dashboard_words import Card, Table
from fluxgate_app.states.person import identity_of, zone_of
from fluxgate_app.states.request_filters import Asked, Pairs, pairs_of, scope_of

# However many calls come in, an open page adds them up no more often.
PAUSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read for the page."""

    shown: Overview
    budget: BudgetLine


class Dashboard(rx.State):
    """`asked` are the filters of the address, `chosen` is how it cuts and what it counts, or what is meant by nothing.

    `as_of` is the time at which the figures were read, empty before they were.
    """

    is_loading: bool = True
    error: str = ""
    is_empty: bool = False
    is_filtered: bool = False
    counts_unreal: bool = False
    as_of: str = ""
    compared: str = ""
    asked: Asked = Asked()
    text: str = ""
    chosen: dict[str, str] = {"dimension": "", "second": "", "interval": "", "origin": ""}
    cards: list[Card] = []
    charts: dict[str, Any] = {}
    top_features: Table = Table()
    top_models: Table = Table()
    top_users: Table = Table()
    changed: Table = Table()
    month_end: dict[str, str] = {"value": "", "how": ""}
    budget: BudgetLine = BudgetLine()

    @rx.event
    async def load(self):
        """Add up what the address asks for, then go on watching."""
        identity = await identity_of(self)
        self.is_loading = True
        await self._say_what_is_asked(identity)
        yield
        try:
            self._show(await self._read(identity))
        except FluxGateError as error:
            self.error = error.message
            return
        finally:
            self.is_loading = False
        yield Dashboard.watch

    @rx.event
    def choose(self, name: str, value: str):
        """Set how it is cut or what is counted, or take it away with an empty value: the address says it."""
        kept = [(key, said) for key, said in self._pairs() if key != name]
        query = urlencode([*kept, *([(name, value)] if value else [])])
        return rx.redirect(f"/dashboard?{query}" if query else "/dashboard")

    @rx.event(background=True, supersedes=True)
    async def watch(self):
        """Add up again when calls were stored, for as long as this page is open."""
        async with wiring.current().live.subscribe() as changes:
            while True:
                await changes.wait()
                try:
                    shown = await self._shared(await identity_of(self))
                except FluxGateError:
                    # Signed out, or the address asks for what cannot be, as `load` has said.
                    return
                except SQLAlchemyError:
                    # It is away, for now.
                    continue
                async with self:
                    self._show(shown)
                # Until a moment that is the same for all dashboards.
                await asyncio.sleep(PAUSE_SECONDS - asyncio.get_running_loop().time() % PAUSE_SECONDS)

    async def _read(self, identity: Identity) -> _Read:
        scope, here = scope_of(identity), wiring.current()
        shown = await here.db.read(overview, scope, self._pairs(), datetime.now(UTC), zone_of(self).key)
        budgets = await here.db.read(decisions.views, here.budgets.zone, scope)
        return _Read(shown, budget_line(budgets, scope, shown))

    async def _shared(self, identity: Identity) -> _Read:
        """As `_read`, once for all who watch the same."""
        key = "overview", scope_of(identity), tuple(self._pairs()), zone_of(self).key
        return await wiring.current().live.reads.get(key, PAUSE_SECONDS / 2, lambda: self._read(identity))

    def _pairs(self) -> Pairs:
        return parse_qsl(self.router.url.query)

    async def _say_what_is_asked(self, identity: Identity) -> None:
        said, now = dict(self._pairs()), datetime.now(UTC)
        pairs = [pair for pair in pairs_of(self) if pair[0] not in ("origin", "sort")]
        self.is_filtered, self.text = bool(pairs), said.get("q", "")
        if not said.keys() & {"range", "from", "to"}:
            pairs.append(("range", USUAL_RANGE))
        known = await wiring.current().db.read(names, scope_of(identity), request_filters.ids(pairs, now))
        self.asked = request_filters.asked(pairs, now, known)
        dimension, _, second = said.get("groupBy", USUAL_DIMENSION).partition(",")
        self.chosen = {
            "dimension": dimension,
            "second": second,
            "interval": said.get("interval", "auto"),
            "origin": said.get("origin", ""),
        }

    def _show(self, found: _Read) -> None:
        shown, self.budget = found.shown, found.budget
        question = shown.question
        self.error = ""
        self.is_empty = not shown.whole.totals.requests
        self.counts_unreal = not (shown.has_real or self.chosen["origin"])
        self.as_of = question.now.astimezone(question.zone).strftime("%H:%M:%S")
        self.compared = words.compared(question, shown.whole)
        self.cards, self.charts = words.cards(shown), charts(shown)
        self.month_end = words.month_end(shown.forecast)
        self.top_features, self.top_models = words.table(shown, shown.features), words.table(shown, shown.models)
        self.top_users, self.changed = words.table(shown, shown.users), words.table(shown, shown.changed)
