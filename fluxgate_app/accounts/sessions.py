"""Login sessions: a random cookie, stored hashed, good for 14 days from its last use."""

from collections.abc import Collection
from datetime import timedelta

from sqlmodel import Session, col, delete, func, select, update

from fluxgate_app.errors import Unauthorized
from fluxgate_app.models import Account, LoginSession
from fluxgate_app.models.columns import now
from fluxgate_app.signing import new_token, token_hash

COOKIE = "fluxgate_session"
LIFETIME = timedelta(days=14)
RENEWED_AFTER = timedelta(hours=1)


def begin(session: Session, account: Account) -> str:
    """A new session of an account that has just proven its password; returns the cookie's value.

    Raises Unauthorized as `unchanged`.
    """
    unchanged(session, account)
    session.exec(delete(LoginSession).where(col(LoginSession.expires_at) < now()))
    token = new_token()
    session.add(LoginSession(token_hash=token_hash(token), account_id=account.id, expires_at=now() + LIFETIME))
    return token


def unchanged(session: Session, proven: Account) -> Account:
    """The account as it is now, locked.

    Raises Unauthorized when it was disabled or its password changed while the old one was being checked.
    """
    current = session.exec(select(Account).where(Account.id == proven.id).with_for_update()).one()
    if current.disabled_at is not None or current.password_hash != proven.password_hash:
        raise Unauthorized("Wrong e-mail or password")
    return current


def renew(session: Session, hashed: str) -> None:
    """Let the session with this hash live another 14 days; an ended one stays ended."""
    session.exec(update(LoginSession).where(col(LoginSession.token_hash) == hashed).values(expires_at=now() + LIFETIME))


def living(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of these hashes whose session still opens something."""
    query = (
        select(LoginSession.token_hash)
        .join(Account, col(Account.id) == col(LoginSession.account_id))
        .where(
            col(LoginSession.token_hash).in_(hashes),
            col(LoginSession.expires_at) > now(),
            col(Account.disabled_at).is_(None),
        )
    )
    return set(session.exec(query))


def count(session: Session, account_id: str) -> int:
    """How many browsers are signed in to the account."""
    mine = (col(LoginSession.account_id) == account_id, col(LoginSession.expires_at) > now())
    return session.exec(select(func.count()).select_from(LoginSession).where(*mine)).one()


def end(session: Session, token: str) -> None:
    """Log out: the cookie opens nothing any more."""
    session.exec(delete(LoginSession).where(col(LoginSession.token_hash) == token_hash(token)))


def end_all(session: Session, account_id: str, but: str | None = None) -> None:
    """Log the account out everywhere; but not from the session with this hash."""
    others = (col(LoginSession.account_id) == account_id, col(LoginSession.token_hash) != (but or ""))
    session.exec(delete(LoginSession).where(*others))
