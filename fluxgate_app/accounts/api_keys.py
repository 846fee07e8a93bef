"""API keys: `fg_<prefix>_<secret>`, shown once, stored as SHA-256, found by prefix."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, update

from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.models import ApiKey
from fluxgate_app.models.columns import now
from fluxgate_app.signing import new_token, token_hash

SCOPES = ("chat", "embeddings", "events:write", "events:read")
MAX_NAME = 200
NOTED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: `key` is the whole secret and is never to be had again."""

    id: str
    key: str


def create(
    session: Session,
    account_id: str,
    name: str,
    *,
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
) -> NewKey:
    """A new key of the account; without scopes it may do all that its owner may. Raises Invalid."""
    if not name.strip() or len(name) > MAX_NAME or "\0" in name:
        raise Invalid(f"A key needs a name of at most {MAX_NAME} characters")
    if scopes is not None and not set(scopes) <= set(SCOPES):
        raise Invalid(f"A key's scopes are among {', '.join(SCOPES)}")
    prefix = secrets.token_hex(6)
    key = f"fg_{prefix}_{new_token()}"
    row = ApiKey(
        account_id=account_id,
        name=name.strip(),
        prefix=prefix,
        key_hash=token_hash(key),
        scopes=list(scopes) if scopes is not None else None,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return NewKey(id=row.id, key=key)


def revoke(session: Session, key_id: str, account_id: str) -> None:
    """Let the key of this account open nothing from the next request on. Raises NotFound."""
    mine = (col(ApiKey.id) == key_id, col(ApiKey.account_id) == account_id)
    if session.exec(update(ApiKey).where(*mine).values(revoked_at=now())).rowcount == 0:
        raise NotFound(f"There is no key '{key_id}'")


def note_use(session: Session, key_id: str) -> None:
    """Keep that the key was used now; to the hour is enough, so that a request need not write."""
    session.exec(update(ApiKey).where(col(ApiKey.id) == key_id).values(last_used_at=now()))


def prefix_of(key: str) -> str | None:
    """What the key is found by, None when it has not the form of a key."""
    parts = key.split("_", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "fg" else None
