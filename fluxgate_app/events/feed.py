"""Bring a journal into the database, batch by batch, from where the database says it has got to."""

import logging
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError

from fluxgate_app.db import Database
from fluxgate_app.events.call import from_lines
from fluxgate_app.events.store import store
from fluxgate_app.events.sweep import position_of, renew
from fluxgate_app.models.columns import now
from fluxgate_app.tracking.journal import Journal

BATCH_BYTES = 2**20
_REFUSALS = (DataError, IntegrityError, ValueError, TypeError, ArithmeticError)

log = logging.getLogger(__name__)


class Feed:
    """One journal on its way into the database; each batch is stored together with the position it ends at.

    `behind` says that the last batch was a large one, so that more is likely to wait.
    """

    def __init__(self, database: Database, journal: Journal, lease: timedelta, refused: Path):
        """`lease` is how long the journal's process counts as alive after a batch, `refused` keeps what no database
        takes.
        """
        self.journal = journal
        self._database = database
        self._lease = lease
        self._refused = refused
        self._position: int | None = None
        self.behind = False

    @property
    def position(self) -> int:
        """Up to which byte the journal is stored."""
        return self._position or 0

    def step(self) -> list[str] | None:
        """Store the next batch and give the tracking ids that changed; None when all of the journal is stored.

        Raises SQLAlchemyError while the database is away; the same batch comes next time.
        """
        if self._position is None:
            with self._database.reading() as session:
                self._position = position_of(session, self.journal.process_id)
        self._position, lines = self.journal.read(self._position, BATCH_BYTES)
        if not lines:
            self.behind = False
            return None
        self.behind = sum(map(len, lines)) > BATCH_BYTES / 2
        stored = self._store(lines, in_journal=True)
        self.journal.forget(self.position)
        return stored

    def take(self, lines: list[bytes]) -> list[str]:
        """Store lines that the journal could not take, and give the tracking ids that changed.

        Raises SQLAlchemyError while the database is away.
        """
        return self._store(lines, in_journal=False)

    def renew(self) -> None:
        """Say that the journal's process is alive. Raises SQLAlchemyError while the database is away."""
        with self._database.writing() as session:
            renew(session, self.journal.process_id, now() + self._lease, self.position)

    def _store(self, lines: list[bytes], *, in_journal: bool) -> list[str]:
        after = self.position + (sum(map(len, lines)) + len(lines) if in_journal else 0)
        try:
            with self._database.writing() as session:
                stored = store(session, from_lines(lines), self.journal.process_id)
                renew(session, self.journal.process_id, now() + self._lease, after)
        except _REFUSALS as error:
            if len(lines) > 1:
                half = len(lines) // 2
                parts = (lines[:half], lines[half:])
                return [stored for part in parts for stored in self._store(part, in_journal=in_journal)]
            self._set_aside(lines[0], error)
            stored = []
        self._position = after
        return stored

    def _set_aside(self, line: bytes, error: Exception) -> None:
        log.error("A recorded call cannot be stored (%s); it is kept in %s", type(error).__name__, self._refused)
        self._refused.touch(mode=0o600)
        with self._refused.open("ab") as file:
            file.write(line + b"\n")
