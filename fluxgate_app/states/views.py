"""The saved views of the explorer."""

from dataclasses import dataclass

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts import views
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.states.form import Outcome, Values, text
from fluxgate_app.states.person import identity_of


@dataclass(frozen=True)
class ViewLine:
    """A view: `query` is what its address asks for; whether this person may delete or share it is `may_change`."""

    id: str
    name: str
    query: str
    is_shared: bool
    is_default: bool
    may_change: bool


class Views(rx.State):
    """One's own and the shared ones; `changing` is how the last change ended."""

    is_loading: bool = True
    lines: list[ViewLine] = []
    changing: Outcome = Outcome()

    @rx.event
    async def load(self):
        """Read them."""
        await self._read(await identity_of(self))
        self.is_loading = False

    @rx.event
    async def save(self, values: Values):
        """Keep an address by a name: `name`, `query`, and whether it is `shared`."""
        identity, name = await identity_of(self), text(values, "name")
        shared = values.get("shared") is True
        work = wiring.current().db.write(views.save, identity, name, text(values, "query"), shared=shared)
        self.changing = await self.changing.then(work, f"Saved as “{name.strip()}”")
        await self._read(identity)

    @rx.event
    async def open_with(self, view_id: str):
        """Let the explorer open with this one, or with none."""
        identity = await identity_of(self)
        work = wiring.current().db.write(views.open_with, identity, view_id or None)
        self.changing = await self.changing.then(work)
        await self._read(identity)

    @rx.event
    async def delete(self, view_id: str):
        """Forget it."""
        identity = await identity_of(self)
        self.changing = await self.changing.then(wiring.current().db.write(views.delete, identity, view_id))
        await self._read(identity)

    async def _read(self, identity: Identity) -> None:
        found = await wiring.current().db.read(views.of, identity)
        self.lines = [
            ViewLine(view.id, view.name, view.query, view.is_shared, view.is_default, view.is_mine or identity.is_admin)
            for view in found
        ]
