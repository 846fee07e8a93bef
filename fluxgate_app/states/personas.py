"""The personas that a person has made, and those that are shared."""

from dataclasses import dataclass

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import personas
from fluxgate_app.states.form import Outcome, Values, chosen, text
from fluxgate_app.states.person import identity_of


@dataclass(frozen=True)
class PersonaLine:
    """A name, whose it is in a word, and its prompt; `may_remove` for those who may."""

    id: str
    name: str
    whose: str
    prompt: str
    may_remove: bool


class Personas(rx.State):
    """All that can be chosen, and the form that makes one or gives it another prompt."""

    is_loading: bool = True
    lines: list[PersonaLine] = []
    making: Outcome = Outcome()
    removing: Outcome = Outcome()

    @rx.event
    async def load(self):
        """Read them."""
        identity = await identity_of(self)
        self.reset()
        await self._read(identity)
        self.is_loading = False

    @rx.event
    async def make(self, values: Values):
        """Keep one of this name, for oneself or, by an admin, for all."""
        identity = await identity_of(self)
        shared = bool(chosen(values, "shared"))
        about = identity.account_id, text(values, "name"), text(values, "prompt")
        self.making = await self.making.then(wiring.current().db.write(personas.make, *about, is_shared=shared))
        await self._read(identity)

    @rx.event
    async def remove(self, persona_id: str):
        """Forget one; conversations that had it go on without."""
        identity = await identity_of(self)
        work = wiring.current().db.write(personas.remove, identity.account_id, persona_id)
        self.removing = await self.removing.then(work)
        await self._read(identity)

    async def _read(self, identity: Identity) -> None:
        found = await wiring.current().db.read(personas.available, identity.account_id)
        self.lines = [_line(persona, identity.is_admin) for persona in found]


def _line(persona: personas.PersonaView, is_admin: bool) -> PersonaLine:
    whose = "comes with FluxGate" if not persona.id else "shared with all" if persona.is_shared else "your own"
    may_remove = bool(persona.id) and (is_admin or not persona.is_shared)
    return PersonaLine(persona.id, persona.name, whose, persona.prompt, may_remove)
