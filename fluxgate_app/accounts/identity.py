"""Who is asking: a cookie or a key becomes an identity, looked up each time, never remembered."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from fluxgate_app.accounts import api_keys, sessions
from fluxgate_app.accounts.allowed_models import EVERY_MODEL, AllowedModels, allowed_by
from fluxgate_app.db import Database, Statement
from fluxgate_app.errors import Forbidden, Unauthorized
from fluxgate_app.models import Account, ApiKey, LoginSession, Role
from fluxgate_app.models.columns import now
from fluxgate_app.signing import token_hash

# Built once: building them anew costs as much as running them. Columns, as whole objects cost twice as much.
_ACCOUNT = (
    col(Account.email),
    col(Account.name),
    col(Account.role),
    col(Account.disabled_at),
    col(Account.allowed_models),
)
_SESSION = (
    select(*_ACCOUNT, col(LoginSession.account_id), col(LoginSession.expires_at))
    .join(LoginSession, col(LoginSession.account_id) == col(Account.id))
    .where(col(LoginSession.token_hash) == bindparam("key"))
)
_KEY = (
    select(
        *_ACCOUNT,
        col(ApiKey.id),
        col(ApiKey.account_id),
        col(ApiKey.key_hash),
        col(ApiKey.scopes),
        col(ApiKey.limit_per_minute),
        col(ApiKey.allowed_models).label("key_models"),
        col(ApiKey.expires_at),
        col(ApiKey.revoked_at),
        col(ApiKey.last_used_at),
    )
    .join(ApiKey, col(ApiKey.account_id) == col(Account.id))
    .where(col(ApiKey.prefix) == bindparam("key"))
)


@dataclass(frozen=True, slots=True)
class Identity:
    """The account that asks, and by what: `api_key_id`, `scopes` and own limit of a key, `session_hash` of a cookie.

    `models` are those that it may ask.
    """

    account_id: str
    email: str
    name: str
    role: Role
    api_key_id: str | None = None
    scopes: frozenset[str] | None = None
    session_hash: str | None = None
    limit_per_minute: int | None = None
    models: AllowedModels = EVERY_MODEL

    @property
    def is_admin(self) -> bool:
        """Whether it sees everything."""
        return self.role == Role.ADMIN

    def require(self, scope: str) -> None:
        """Raises Forbidden for a key that has scopes, and not this one."""
        if self.scopes is not None and scope not in self.scopes:
            raise Forbidden


# The identity that a row proves, and whether its use has not been noted for an hour.
Judge = Callable[[Any], tuple[Identity, bool]]


def identify(session: Session, cookie_token: str | None = None, bearer: str | None = None) -> Identity:
    """Whose cookie or key this is; a key counts first. Raises Unauthorized."""
    statement, key, judge = _sought(cookie_token, bearer)
    return judge(session.connection().execute(statement, {"key": key}).first())[0]


async def authenticate(db: Database, cookie_token: str | None = None, bearer: str | None = None) -> Identity:
    """`identify` for a request, noting once an hour that the session or key is in use: hence async.

    Raises Unauthorized.
    """
    statement, key, judge = _sought(cookie_token, bearer)
    identity, unnoted = judge(await db.look_up(statement, key))
    if unnoted and identity.session_hash is not None:
        await db.write(sessions.renew, identity.session_hash)
    elif unnoted and identity.api_key_id is not None:
        await db.write(api_keys.note_use, identity.api_key_id)
    return identity


def _sought(cookie_token: str | None, bearer: str | None) -> tuple[Statement, str | None, Judge]:
    """What to look up, by which key, and who judges what is found."""
    if bearer is not None:
        return _KEY, api_keys.prefix_of(bearer), partial(_by_key, bearer)
    if cookie_token is not None:
        hashed = token_hash(cookie_token)
        return _SESSION, hashed, partial(_by_session, hashed)
    raise Unauthorized


def _by_session(hashed: str, found: Any) -> tuple[Identity, bool]:
    if found is None or found.expires_at <= now() or found.disabled_at is not None:
        raise Unauthorized
    unnoted = found.expires_at < now() + sessions.LIFETIME - sessions.RENEWED_AFTER
    whose, models = (found.account_id, found.email, found.name, found.role), allowed_by(found.allowed_models)
    return Identity(*whose, session_hash=hashed, models=models), unnoted


def _by_key(bearer: str, found: Any) -> tuple[Identity, bool]:
    if found is None:
        raise Unauthorized
    ended = found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now())
    if not hmac.compare_digest(found.key_hash, token_hash(bearer)) or ended or found.disabled_at is not None:
        raise Unauthorized
    unnoted = found.last_used_at is None or found.last_used_at < now() - api_keys.NOTED_AFTER
    scopes = frozenset(found.scopes) if found.scopes is not None else None
    whose = (found.account_id, found.email, found.name, found.role)
    models = allowed_by(found.allowed_models, found.key_models)
    return Identity(*whose, found.id, scopes, limit_per_minute=found.limit_per_minute, models=models), unnoted
