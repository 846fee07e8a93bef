"""What a password opens: a session, or a new password. Async, because it is checked in a thread of its own."""

from sqlmodel import Session

from fluxgate_app.accounts import passwords, people, sessions
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.accounts.limits import LoginThrottle
from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid, Unauthorized
from fluxgate_app.models import Account


async def log_in(db: Database, throttle: LoginThrottle, email: str, password: str, address: str) -> str:
    """The cookie's value of a new session.

    Raises Unauthorized with the same words, after the same time, whatever was wrong; RateLimited after too many.
    """
    account = await _proven(db, throttle, email, password, address)
    if account is None:
        raise Unauthorized("Wrong e-mail or password")
    token = await db.write(sessions.begin, account)
    await throttle.succeeded(email, address)
    return token


async def change_password(
    db: Database, throttle: LoginThrottle, who: Identity, *, old: str, new: str, address: str
) -> None:
    """Give a signed-in person another password, and end their sessions but the one that asks.

    Raises Invalid for a wrong old password or a bad new one, RateLimited after too many tries.
    """
    account = await _proven(db, throttle, who.email, old, address)
    if account is None:
        raise Invalid("The old password is wrong")
    await throttle.succeeded(who.email, address)
    await db.write(_replace, account, await passwords.hashed(new), who.session_hash)


async def _proven(db: Database, throttle: LoginThrottle, email: str, password: str, address: str) -> Account | None:
    await throttle.take(email, address)
    account = await db.read(people.find, email)
    return account if await passwords.matches(password, account and account.password_hash) else None


def _replace(session: Session, proven: Account, password_hash: str, kept: str | None) -> None:
    account = sessions.unchanged(session, proven)
    account.password_hash = password_hash
    sessions.end_all(session, account.id, but=kept)
