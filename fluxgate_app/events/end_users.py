"""Whom calls are attributed to: what callers tell about their users."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from fluxgate_app.events.call import Call
from fluxgate_app.events.tables import END_USERS, fitted, insert
from fluxgate_app.tracking.record import User

_TOLD = ("name", "email", "image", "monthly_revenue")
_NEWEST = (
    "ON CONFLICT (account, id) DO UPDATE SET "
    + "".join(f"{name} = coalesce(excluded.{name}, end_user.{name}), " for name in _TOLD)
    + "updated_at = excluded.updated_at WHERE excluded.updated_at >= end_user.updated_at"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a user; `monthly_revenue` in USD, added up where several accounts mean people by the same id."""

    name: str | None
    monthly_revenue: Decimal | None


def known(session: Session, scope: str | None, ids: Collection[str]) -> dict[tuple[str, str | None], Known]:
    """What is known of these users, by id and account, and by id and None for all accounts that may be seen."""
    users = END_USERS.c
    query = select(users.id, users.account, users.name, users.monthly_revenue).where(users.id.in_(ids))
    if scope is not None:
        query = query.where(users.account == scope)
    found: dict[tuple[str, str | None], Known] = {}
    for user, account, name, revenue in session.connection().execute(query.order_by(users.updated_at.desc())):
        found[user, account] = Known(name, revenue)
        other = found.get((user, None), Known(None, None))
        revenues = [amount for amount in (other.monthly_revenue, revenue) if amount is not None]
        found[user, None] = Known(other.name or name, sum(revenues, Decimal(0)) if revenues else None)
    return found


def describe(session: Session, calls: Iterable[Call]) -> None:
    """Keep what these calls tell about their users: the newest word on each point."""
    told: dict[tuple[str, str], tuple[Any, ...]] = {}
    for call in sorted(calls, key=lambda call: call.start.created_at):
        user = call.start.context.user
        if user and (description := _description(user)) != (None,) * len(_TOLD):
            key = (call.start.owner.account or "", fitted(user.id, 200) or "")
            known = told.get(key, description)
            newest = (new if new is not None else old for new, old in zip(description, known, strict=False))
            told[key] = (*newest, call.start.created_at)
    keep(session, [(*key, *values) for key, values in sorted(told.items())])


def keep(session: Session, users: Iterable[tuple[Any, ...]]) -> None:
    """Keep these users (account or '', id, name, email, image, monthly revenue, time), unless newer is known."""
    insert(session, END_USERS, ("account", "id", *_TOLD, "updated_at"), users, _NEWEST)


def _description(user: User) -> tuple[Any, ...]:
    return fitted(user.name, 200), fitted(user.email, 320), fitted(user.image, 2000), user.monthly_revenue
