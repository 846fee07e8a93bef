"""Everybody who can sign in, for admins: made, promoted, disabled, given new passwords."""

import secrets
from dataclasses import dataclass
from typing import Any

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts import passwords, people
from fluxgate_app.accounts.allowed_models import split
from fluxgate_app.accounts.people import PersonView
from fluxgate_app.errors import Invalid
from fluxgate_app.models import Role
from fluxgate_app.states.admin_tab import AdminTab
from fluxgate_app.states.form import Outcome, Values, text
from fluxgate_app.states.person import admin_of, identity_of

_CHANGES = {
    "promote": people.promote,
    "demote": people.demote,
    "disable": people.disable,
    "enable": people.enable,
}


@dataclass(frozen=True)
class PersonLine:
    """An account in words; `seen_at` is an ISO time, empty when nothing is known."""

    email: str
    name: str
    is_admin: bool
    is_disabled: bool
    is_me: bool
    models: str
    seen_at: str


class People(AdminTab, rx.State):
    """All accounts, and the form that makes one. `secret` is a new password, there until the page has shown it."""

    signup_open: bool = False
    lines: list[PersonLine] = []
    secret: str = ""
    whose: str = ""
    making: Outcome = Outcome()
    changing: Outcome = Outcome()
    allowing: Outcome = Outcome()

    @rx.var
    def choices(self) -> list[dict[str, Any]]:
        """Whose models can be chosen."""
        return [{"value": line.email, "label": line.email} for line in self.lines]

    @rx.event
    async def make(self, values: Values):
        """A new account with a password that its person is to change."""
        await admin_of(self)
        role = Role.ADMIN if text(values, "role") == Role.ADMIN else Role.USER
        self.making = await self.making.then(self._make(text(values, "email"), text(values, "name"), role))
        await self._read()

    @rx.event
    async def change(self, email: str, change: str):
        """Promote, demote, disable or enable; or reset a forgotten password, which ends their sessions."""
        await admin_of(self)
        work = self._reset_password(email) if change == "reset" else self._change(email, change)
        self.changing = await self.changing.then(work)
        await self._read()

    @rx.event
    async def allow(self, values: Values):
        """Let an account ask these models alone; all when none is named."""
        await admin_of(self)
        email, patterns = text(values, "email"), split(text(values, "models"))
        self.allowing = await self.allowing.then(wiring.current().db.write(people.allow_models, email, patterns))
        await self._read()

    @rx.event
    async def forget(self):
        """The page has the password, so that nobody else need keep it."""
        await admin_of(self)
        self.secret = self.whose = ""

    @rx.event
    async def let_sign_up(self, may: bool):
        """Let people make accounts for themselves, or not."""
        admin = await admin_of(self)
        self.changing = await self.changing.then(wiring.current().sign_up.open(may, admin.account_id))
        await self._read()

    async def _make(self, email: str, name: str, role: Role) -> None:
        password = new_password()
        made = await wiring.current().db.write(people.create, email, await passwords.hashed(password), name, role)
        self.secret, self.whose = password, made.email

    async def _reset_password(self, email: str) -> None:
        password = new_password()
        await wiring.current().db.write(people.reset_password, email, await passwords.hashed(password))
        self.secret, self.whose = password, email

    async def _change(self, email: str, change: str) -> None:
        if change not in _CHANGES:
            raise Invalid(f"An account can be changed by {', '.join(_CHANGES)}, reset")
        await wiring.current().db.write(_CHANGES[change], email)

    async def _read(self) -> None:
        identity, now = await identity_of(self), wiring.current()
        self.signup_open = await now.sign_up.is_open()
        self.lines = [_line(view, identity.account_id) for view in await now.db.read(people.by_email)]


def new_password() -> str:
    """120 bits of chance in 20 characters."""
    return secrets.token_urlsafe(15)


def _line(view: PersonView, me: str) -> PersonLine:
    return PersonLine(
        email=view.email,
        name=view.name,
        is_admin=view.role == Role.ADMIN,
        is_disabled=view.disabled_at is not None,
        is_me=view.id == me,
        models=", ".join(view.allowed_models or ()),
        seen_at=view.last_seen_at.isoformat() if view.last_seen_at else "",
    )
