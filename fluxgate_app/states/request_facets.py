"""Which values a column has among the calls that the address asks for, to choose from."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.errors import Invalid
from fluxgate_app.events import filters
from fluxgate_app.events.columns import FILTERED
from fluxgate_app.events.facets import facets
from fluxgate_app.events.names import names
from fluxgate_app.states import figures
from fluxgate_app.states.person import identity_of
from fluxgate_app.states.request_filters import pairs_of, scope_of


@dataclass(frozen=True)
class Counted:
    """A value as an address writes it ('' for calls without one), in words, and how many calls have it."""

    value: str
    words: str
    count: str


class RequestFacets(rx.State):
    """The counts of each column that was asked for, by its name in JSON."""

    counts: dict[str, list[Counted]] = {}

    @rx.event
    async def count(self, name: str):
        """Count the values of this column."""
        identity = await identity_of(self)
        if (column := FILTERED.get(name)) is None:
            return
        try:
            wanted = filters.parse(pairs_of(self), datetime.now(UTC))
        except Invalid:
            wanted = filters.EVERYTHING
        db, scope = wiring.current().db, scope_of(identity)
        found = (await db.read(facets, scope, wanted, column)).counts
        known = await db.read(names, scope, [value for value, _ in found if isinstance(value, str)])
        counted = [Counted(_written(name, value), _said(name, value, known), figures.count(n)) for value, n in found]
        self.counts = {**self.counts, name: counted}


def _written(name: str, value: Any) -> str:
    return "" if value is None else FILTERED[name].values.write(value)


def _said(name: str, value: Any, known: dict[str, str]) -> str:
    return "none" if value is None else known.get(str(value)) or FILTERED[name].values.say(value)
