"""Lines of a journal that are stored together, and what became of them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import thread_time
from typing import Protocol

from sqlalchemy.exc import DataError, IntegrityError

from fluxgate_app.db import Database
from fluxgate_app.events.call import from_lines
from fluxgate_app.events.store import store
from fluxgate_app.events.sweep import renew
from fluxgate_app.models.columns import now

_REFUSALS = (DataError, IntegrityError, ValueError, TypeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of this process; once they are stored, its journal is, up to the byte `end`, and before that to `start`.

    `lease` is how long the process counts as alive after that, `refused` the file for what no database takes.
    """

    lines: list[bytes]
    process_id: str
    start: int
    end: int
    lease: timedelta
    refused: Path


@dataclass(frozen=True, slots=True)
class Stored:
    """The tracking ids of new and changed events, the errors of lines that were refused, and seconds of CPU."""

    tracking_ids: list[str]
    refusals: list[str]
    cpu: float


class Store(Protocol):
    """What stores one group after the other, for one thread."""

    def __call__(self, group: Group) -> Stored:
        """As `store_group`."""
        ...

    def close(self) -> None:
        """There will be no more groups."""
        ...


class StoreHere:
    """Stores in the thread that asks."""

    def __init__(self, database: Database):
        self._database = database

    def __call__(self, group: Group) -> Stored:
        """As `store_group`."""
        return store_group(self._database, group)

    def close(self) -> None:
        """The database is not ours."""


def store_group(database: Database, group: Group) -> Stored:
    """Store all of it in one transaction, or in several where a line is refused.

    Raises SQLAlchemyError while the database is away; what had been stored of the group by then does no harm when it
    comes again.
    """
    began = thread_time()
    refusals: list[str] = []
    stored = _store(database, group, refusals)
    return Stored(stored, refusals, thread_time() - began)


def _store(database: Database, group: Group, refusals: list[str]) -> list[str]:
    try:
        with database.writing() as session:
            stored = store(session, from_lines(group.lines), group.process_id)
            renew(session, group.process_id, now() + group.lease, group.end)
    except _REFUSALS as error:
        if len(group.lines) > 1:
            half = len(group.lines) // 2
            first = replace(group, lines=group.lines[:half], end=group.start)
            last = replace(group, lines=group.lines[half:])
            return _store(database, first, refusals) + _store(database, last, refusals)
        _set_aside(group)
        refusals.append(type(error).__name__)
        return []
    return stored


def _set_aside(group: Group) -> None:
    group.refused.touch(mode=0o600)
    with group.refused.open("ab") as file:
        file.writelines(line + b"\n" for line in group.lines)
