"""A person's own account: their name, their password, where they are signed in."""

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts import login, people, sessions
from fluxgate_app.states.form import Outcome, Values, text
from fluxgate_app.states.person import SIGN_IN, identity_of


class Profile(rx.State):
    """Who one is; `browsers` is how many are signed in."""

    is_loading: bool = True
    email: str = ""
    name: str = ""
    role: str = ""
    browsers: int = 0
    naming: Outcome = Outcome()
    changing: Outcome = Outcome()

    @rx.event
    async def load(self):
        """Read it."""
        identity = await identity_of(self)
        self.reset()
        self.email, self.name, self.role = identity.email, identity.name, identity.role
        self.browsers = await wiring.current().db.read(sessions.count, identity.account_id)
        self.is_loading = False

    @rx.event
    async def rename(self, values: Values):
        """Be called something else."""
        identity = await identity_of(self)
        work = wiring.current().db.write(people.rename, identity.account_id, text(values, "name"))
        self.naming = await self.naming.then(work, "Saved")
        self.name = (await identity_of(self)).name

    @rx.event
    async def change_password(self, values: Values):
        """Another password for the old one; every other browser is signed out."""
        identity, now = await identity_of(self), wiring.current()
        old, new, address = text(values, "old"), text(values, "new"), self.router.session.client_ip
        work = login.change_password(now.db, now.login_throttle, identity, old=old, new=new, address=address)
        self.changing = await self.changing.then(work, "Changed. Every other browser is signed out.")
        self.browsers = await now.db.read(sessions.count, identity.account_id)

    @rx.event
    async def sign_out_everywhere(self):
        """End all sessions, this one too."""
        identity = await identity_of(self)
        await wiring.current().db.write(sessions.end_all, identity.account_id)
        return rx.redirect(SIGN_IN)
