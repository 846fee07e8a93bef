"""Whom calls are attributed to: what callers tell about their users."""

from collections.abc import Iterable
from typing import Any

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
