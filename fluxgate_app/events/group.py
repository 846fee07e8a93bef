"""Lines of a journal that are stored together, and what became of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import thread_time

from sqlalchemy.exc import DataError, IntegrityError

from fluxgate_app.db import Database
from fluxgate_app.events.call import from_lines
from fluxgate_app.events.store import store
from fluxgate_app.events.sweep import renew
from fluxgate_app.events.tables import wait_for_turn
from fluxgate_app.models.columns import now

_REFUSALS = (DataError, IntegrityError, ValueError, TypeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Group:
    """What a process recorded: lines of its journal from the byte `start` on, or such as the journal could not take.

    `lease` is how long the process counts as alive after that, `refused` the file for what no database takes.
    """

    lines: list[bytes]
    process_id: str
    start: int
    in_journal: bool
    lease: timedelta
    refused: Path

    @property
    def end(self) -> int:
        """Up to which byte the journal is stored when these lines are."""
        return self.start + sum(map(len, self.lines)) + len(self.lines) if self.in_journal else self.start


@dataclass(frozen=True, slots=True)
class Stored:
    """The tracking ids of new and changed events, the errors of lines that were refused, and seconds of CPU."""

    tracking_ids: list[str]
    refusals: list[str]
    cpu: float


def _nothing() -> None:
    pass


def store_group(database: Database, group: Group, at_turn: Callable[[], None] = _nothing) -> Stored:
    """Store all of it in one transaction, or in several where a line is refused.

    `at_turn` is called when nobody else can store any more; what it raises stops it. Raises SQLAlchemyError while the
    database is away; what had been stored of the group by then does no harm when it comes again.
    """
    began = thread_time()
    refusals: list[str] = []
    stored = _store(database, group, at_turn, refusals)
    return Stored(stored, refusals, thread_time() - began)


def _store(database: Database, group: Group, at_turn: Callable[[], None], refusals: list[str]) -> list[str]:
    try:
        with database.writing() as session:
            wait_for_turn(session)
            at_turn()
            stored = store(session, from_lines(group.lines), group.process_id)
            renew(session, group.process_id, now() + group.lease, group.end)
    except _REFUSALS as error:
        if len(group.lines) > 1:
            half = len(group.lines) // 2
            first = replace(group, lines=group.lines[:half])
            last = replace(group, lines=group.lines[half:], start=first.end)
            return [stored for part in (first, last) for stored in _store(database, part, at_turn, refusals)]
        _set_aside(group)
        refusals.append(type(error).__name__)
        return []
    return stored


def _set_aside(group: Group) -> None:
    group.refused.touch(mode=0o600)
    with group.refused.open("ab") as file:
        file.write(group.lines[0] + b"\n")
