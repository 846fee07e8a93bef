"""Signing in: a password becomes a session. Async, because a password is checked in a thread of its own."""

from fluxgate_app.accounts import passwords, people, sessions
from fluxgate_app.accounts.limits import LoginThrottle
from fluxgate_app.db import Database
from fluxgate_app.errors import Unauthorized


async def log_in(db: Database, throttle: LoginThrottle, email: str, password: str, address: str) -> str:
    """The cookie's value of a new session.

    Raises Unauthorized with the same words, after the same time, whatever was wrong; RateLimited after too many.
    """
    await throttle.take(email, address)
    account = await db.read(people.find, email)
    if not await passwords.matches(password, account and account.password_hash) or account is None:
        raise Unauthorized("Wrong e-mail or password")
    token = await db.write(sessions.begin, account)
    await throttle.succeeded(email, address)
    return token
