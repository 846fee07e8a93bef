"""Accounts that people make for themselves, while an admin lets them (spec section 4)."""

from fluxgate_app.accounts import passwords, people, sessions
from fluxgate_app.accounts.admin_settings import AdminSettings
from fluxgate_app.accounts.counters import SharedCounters
from fluxgate_app.accounts.limits import Limits
from fluxgate_app.db import Database
from fluxgate_app.errors import Forbidden


class SignUp:
    """Closed until an admin opens it; then twenty tries an hour from an address."""

    per_address = 20

    def __init__(self, database: Database, settings: AdminSettings, shared: SharedCounters | None = None):
        self._database = database
        self._settings = settings
        self._tries = Limits(shared, window_seconds=3600.0)

    async def is_open(self) -> bool:
        """Whether anybody may make an account."""
        return (await self._settings.current()).signup_open

    async def open(self, may: bool, changed_by: str) -> None:
        """Open it, or close it; `changed_by` is the admin's account."""
        await self._settings.decide(changed_by, signup_open=may)

    async def sign_up(self, email: str, password: str, name: str, address: str) -> str:
        """The cookie's value of the first session of a new account, which is no admin's.

        Raises Forbidden while it is closed, RateLimited, Invalid for a bad e-mail or password and for an e-mail that
        has an account. That the last can be told cannot be helped, as nothing is mailed: so few may be asked for.
        """
        if not await self.is_open():
            raise Forbidden("Sign-up is closed: ask an admin for an account")
        await self._tries.take(f"sign-up {address}", self.per_address)
        password_hash = await passwords.hashed(password)
        account = await self._database.write(people.create, email, password_hash, name)
        return await self._database.write(sessions.begin, account)
