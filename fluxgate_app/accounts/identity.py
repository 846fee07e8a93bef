"""Who is asking: a cookie or a key becomes an identity, looked up each time, never remembered."""

import hmac
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from fluxgate_app.accounts import api_keys, sessions
from fluxgate_app.db import Database
from fluxgate_app.errors import Forbidden, Unauthorized
from fluxgate_app.models import Account, ApiKey, LoginSession, Role
from fluxgate_app.models.columns import now
from fluxgate_app.signing import token_hash

# Built once: building them anew costs as much as running them.
_SESSION = (
    select(Account, LoginSession.expires_at)
    .join(LoginSession, col(LoginSession.account_id) == col(Account.id))
    .where(col(LoginSession.token_hash) == bindparam("hashed"))
)
_KEY = (
    select(Account, ApiKey)
    .join(ApiKey, col(ApiKey.account_id) == col(Account.id))
    .where(col(ApiKey.prefix) == bindparam("prefix"))
)


@dataclass(frozen=True, slots=True)
class Identity:
    """The account that asks, and by what: `api_key_id` and `scopes` of a key, `session_hash` of a cookie."""

    account_id: str
    email: str
    name: str
    role: Role
    api_key_id: str | None = None
    scopes: frozenset[str] | None = None
    session_hash: str | None = None

    @property
    def is_admin(self) -> bool:
        """Whether it sees everything."""
        return self.role == Role.ADMIN

    def require(self, scope: str) -> None:
        """Raises Forbidden for a key that has scopes, and not this one."""
        if self.scopes is not None and scope not in self.scopes:
            raise Forbidden


def identify(session: Session, cookie_token: str | None = None, bearer: str | None = None) -> Identity:
    """Whose cookie or key this is; a key counts first. Raises Unauthorized."""
    return _find(session, cookie_token, bearer)[0]


async def authenticate(db: Database, cookie_token: str | None = None, bearer: str | None = None) -> Identity:
    """`identify` for a request, noting once an hour that the session or key is in use: hence async.

    Raises Unauthorized.
    """
    if cookie_token is None and bearer is None:
        raise Unauthorized
    identity, unnoted = await db.read(_find, cookie_token, bearer)
    if unnoted and identity.session_hash is not None:
        await db.write(sessions.renew, identity.session_hash)
    elif unnoted and identity.api_key_id is not None:
        await db.write(api_keys.note_use, identity.api_key_id)
    return identity


def _find(session: Session, cookie_token: str | None, bearer: str | None) -> tuple[Identity, bool]:
    """The identity, and whether its use has not been noted for an hour."""
    if bearer is not None:
        return _by_key(session, bearer)
    if cookie_token is not None:
        return _by_session(session, token_hash(cookie_token))
    raise Unauthorized


def _by_session(session: Session, hashed: str) -> tuple[Identity, bool]:
    found = session.exec(_SESSION, params={"hashed": hashed}).first()
    if found is None:
        raise Unauthorized
    account, expires_at = found
    if expires_at <= now() or account.disabled_at is not None:
        raise Unauthorized
    unnoted = expires_at < now() + sessions.LIFETIME - sessions.RENEWED_AFTER
    return Identity(account.id, account.email, account.name, account.role, session_hash=hashed), unnoted


def _by_key(session: Session, bearer: str) -> tuple[Identity, bool]:
    found = session.exec(_KEY, params={"prefix": api_keys.prefix_of(bearer)}).first()
    if found is None:
        raise Unauthorized
    account, key = found
    ended = key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now())
    if not hmac.compare_digest(key.key_hash, token_hash(bearer)) or ended or account.disabled_at is not None:
        raise Unauthorized
    unnoted = key.last_used_at is None or key.last_used_at < now() - api_keys.NOTED_AFTER
    scopes = frozenset(key.scopes) if key.scopes is not None else None
    return Identity(account.id, account.email, account.name, account.role, key.id, scopes), unnoted
