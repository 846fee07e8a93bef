"""API keys: `fg_<prefix>_<secret>`, shown once, stored as SHA-256, found by prefix."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, or_, select, update

from fluxgate_app.accounts.allowed_models import checked
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.models import Account, ApiKey
from fluxgate_app.models.columns import now
from fluxgate_app.signing import new_token, token_hash

SCOPES = ("chat", "embeddings", "events:write", "events:read")
MAX_NAME = 200
MAX_PER_MINUTE = 1_000_000
NOTED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: `key` is the whole secret and is never to be had again."""

    id: str
    key: str


@dataclass(frozen=True, slots=True)
class KeyView:
    """What may be known of a key later on. `limit_per_minute` is None where the setting counts."""

    id: str
    account: str
    email: str
    name: str
    prefix: str
    scopes: list[str] | None
    limit_per_minute: int | None
    allowed_models: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def create(
    session: Session,
    account_id: str,
    name: str,
    *,
    scopes: Sequence[str] | None = None,
    limit_per_minute: int | None = None,
    allowed_models: Sequence[str] | None = None,
    expires_at: datetime | None = None,
) -> NewKey:
    """A new key of the account; without scopes it may do all that its owner may. Raises Invalid."""
    if not name.strip() or len(name) > MAX_NAME or "\0" in name:
        raise Invalid(f"A key needs a name of at most {MAX_NAME} characters")
    if scopes is not None and not set(scopes) <= set(SCOPES):
        raise Invalid(f"A key's scopes are among {', '.join(SCOPES)}")
    if limit_per_minute is not None and not 1 <= limit_per_minute <= MAX_PER_MINUTE:
        raise Invalid(f"A key's limit is 1 to {MAX_PER_MINUTE:,} requests a minute")
    prefix = secrets.token_hex(6)
    key = f"fg_{prefix}_{new_token()}"
    row = ApiKey(
        account_id=account_id,
        name=name.strip(),
        prefix=prefix,
        key_hash=token_hash(key),
        scopes=list(scopes) if scopes is not None else None,
        limit_per_minute=limit_per_minute,
        allowed_models=checked(allowed_models),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return NewKey(id=row.id, key=key)


def newest(session: Session, account_id: str | None = None) -> list[KeyView]:
    """The keys of this account, or of all, the newest first; revoked ones too."""
    query = (
        select(ApiKey, Account.email)
        .join(Account, col(Account.id) == col(ApiKey.account_id))
        .order_by(col(ApiKey.created_at).desc(), col(ApiKey.id).desc())
    )
    if account_id is not None:
        query = query.where(ApiKey.account_id == account_id)
    return [_view(row, email) for row, email in session.exec(query)]


def get(session: Session, key_id: str) -> KeyView:
    """The key with this id. Raises NotFound."""
    query = select(ApiKey, Account.email).join(Account, col(Account.id) == col(ApiKey.account_id))
    found = session.exec(query.where(ApiKey.id == key_id)).one_or_none()
    if found is None:
        raise NotFound
    return _view(*found)


def revoke(session: Session, key: str, account_id: str | None = None) -> None:
    """Let the key with this id or prefix, of this account or of any, open nothing from the next request on.

    Raises NotFound.
    """
    wanted = [or_(col(ApiKey.id) == key, col(ApiKey.prefix) == key)]
    if account_id is not None:
        wanted.append(col(ApiKey.account_id) == account_id)
    first = func.coalesce(col(ApiKey.revoked_at), now())
    if session.exec(update(ApiKey).where(*wanted).values(revoked_at=first)).rowcount == 0:
        raise NotFound(f"There is no key '{key}'")


def note_use(session: Session, key_id: str) -> None:
    """Keep that the key was used now; to the hour is enough, so that a request need not write."""
    session.exec(update(ApiKey).where(col(ApiKey.id) == key_id).values(last_used_at=now()))


def prefix_of(key: str) -> str | None:
    """What the key is found by, None when it has not the form of a key."""
    parts = key.split("_", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "fg" else None


def _view(row: ApiKey, email: str) -> KeyView:
    return KeyView(
        row.id,
        row.account_id,
        email,
        row.name,
        row.prefix,
        row.scopes,
        row.limit_per_minute,
        row.allowed_models,
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.last_used_at,
    )
