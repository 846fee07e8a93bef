"""The names of those whose ids events carry."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from fluxgate_app.models import Account, ApiKey


def names(session: Session, scope: str | None, ids: Collection[str]) -> dict[str, str]:
    """What these accounts and API keys are called, by id: all of them to admins, one's own to others (`scope`)."""
    people = select(Account.id, Account.name, Account.email).where(col(Account.id).in_(ids))
    keys = select(ApiKey.id, ApiKey.name).where(col(ApiKey.id).in_(ids))
    if scope is not None:
        people, keys = people.where(Account.id == scope), keys.where(ApiKey.account_id == scope)
    return {account: name or email for account, name, email in session.exec(people)} | dict(session.exec(keys).all())
