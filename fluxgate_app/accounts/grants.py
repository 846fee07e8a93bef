"""Which keys a signed-in person may make: for themselves and with their own rights; an admin any."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, func, select

from fluxgate_app.accounts import api_keys
from fluxgate_app.accounts.api_keys import NewKey
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import Conflict, Forbidden, NotFound
from fluxgate_app.models import Account, ApiKey
from fluxgate_app.models.columns import now

# Each key has a counter of its own, so that many keys would be no limit at all.
MOST_KEYS = 20


def grant(
    session: Session,
    asker: Identity,
    name: str,
    *,
    account_id: str | None = None,
    scopes: Sequence[str] | None = None,
    limit_per_minute: int | None = None,
    allowed_models: Sequence[str] | None = None,
    usual_limit: int,
    days: int | None = None,
) -> NewKey:
    """A new key of the asker, or of `account_id`, that expires after so many days.

    Raises Forbidden for what only an admin may grant: a key of somebody else, `events:write`, more requests a minute
    than `usual_limit`; Conflict when the asker has twenty; NotFound, Invalid.
    """
    if not asker.is_admin:
        _refuse_what_only_an_admin_may(asker, account_id, scopes, limit_per_minute, usual_limit)
        _refuse_too_many(session, asker)
    owner = account_id or asker.account_id
    if session.get(Account, owner) is None:
        raise NotFound("There is no such account")
    expires_at = now() + timedelta(days=days) if days is not None else None
    return api_keys.create(
        session,
        owner,
        name,
        scopes=scopes,
        limit_per_minute=limit_per_minute,
        allowed_models=allowed_models,
        expires_at=expires_at,
    )


def _refuse_what_only_an_admin_may(
    asker: Identity,
    account_id: str | None,
    scopes: Sequence[str] | None,
    limit_per_minute: int | None,
    usual_limit: int,
) -> None:
    if account_id not in (None, asker.account_id):
        raise Forbidden("Only an admin makes keys for others")
    if "events:write" in (scopes or ()):
        raise Forbidden("Only an admin grants the scope events:write")
    if (limit_per_minute or 0) > usual_limit:
        raise Forbidden(f"Only an admin grants more than {usual_limit} requests a minute")


def _refuse_too_many(session: Session, asker: Identity) -> None:
    # Locked, so that of two at the same moment the second one counts the first.
    session.exec(select(Account.id).where(Account.id == asker.account_id).with_for_update()).one()
    usable = (col(ApiKey.expires_at).is_(None)) | (col(ApiKey.expires_at) > now())
    mine = (ApiKey.account_id == asker.account_id, col(ApiKey.revoked_at).is_(None), usable)
    if session.exec(select(func.count()).select_from(ApiKey).where(*mine)).one() >= MOST_KEYS:
        raise Conflict(f"You have {MOST_KEYS} keys: revoke one that is not needed any more")
