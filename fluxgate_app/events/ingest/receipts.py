"""The first answers, by the account's keys: whoever sends the same again gets the same."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlmodel import Session

from fluxgate_app.events.tables import CHUNK, EVENTS, OPEN_CALLS, RECEIPTS, insert
from fluxgate_app.models.columns import now

KEPT = timedelta(days=90)


class Receipt(NamedTuple):
    """What was sent under a key, as a hash, and what was answered."""

    body_hash: str
    answer: str


def find(session: Session, account: str, keys: Collection[str]) -> dict[str, Receipt]:
    """The first answers to those of these keys that the account has used."""
    wanted, found = list(keys), dict[str, Receipt]()
    columns = RECEIPTS.c
    for start in range(0, len(wanted), CHUNK):
        query = select(columns.key, columns.body_hash, columns.answer).where(
            columns.account == account, columns.key.in_(wanted[start : start + CHUNK])
        )
        found |= {key: Receipt(*rest) for key, *rest in session.connection().execute(query)}
    return found


def keep(session: Session, account: str, given: Mapping[str, Receipt]) -> None:
    """Keep the first answers to these keys."""
    at = now()
    rows = [(account, key, *receipt, at) for key, receipt in given.items()]
    insert(session, RECEIPTS, ("account", "key", "body_hash", "answer", "created_at"), rows)


def forget(session: Session) -> None:
    """Delete what is older than 90 days: nobody tries again for so long."""
    session.connection().execute(delete(RECEIPTS).where(RECEIPTS.c.created_at < now() - KEPT))


def taken(session: Session, tracking_ids: Iterable[str]) -> set[str]:
    """Which of these are already a call's, ended or open, whoever it belongs to."""
    wanted, found = list(tracking_ids), set[str]()
    for table in (EVENTS, OPEN_CALLS):
        for start in range(0, len(wanted), CHUNK):
            ids = table.c.tracking_id
            found |= set(
                session.connection().execute(select(ids).where(ids.in_(wanted[start : start + CHUNK]))).scalars()
            )
    return found
