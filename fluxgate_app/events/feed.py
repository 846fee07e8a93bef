"""Bring a journal into the database, batch by batch, from where the database says it has got to."""

import logging
from datetime import timedelta

from fluxgate_app.db import Database
from fluxgate_app.events.group import Group, Stored
from fluxgate_app.events.storage import Storage
from fluxgate_app.events.sweep import position_of, renew
from fluxgate_app.models.columns import now
from fluxgate_app.tracking.journal import Journal

BATCH_BYTES = 2**20

log = logging.getLogger(__name__)


class Feed:
    """One journal on its way into the database; each batch is stored together with the position it ends at.

    `behind` says that the last batch was a large one, so that more is likely to wait.
    """

    def __init__(self, database: Database, journal: Journal, lease: timedelta, storage: Storage):
        """`lease` is how long the journal's process counts as alive after a batch."""
        self.journal = journal
        self._database = database
        self._lease = lease
        self._storage = storage
        self._refused = journal.directory / "refused.jsonl"
        self._position: int | None = None
        self.behind = False

    @property
    def position(self) -> int:
        """Up to which byte the journal is stored."""
        return self._position or 0

    def step(self) -> Stored | None:
        """Store the next batch and say what became of it; None when all of the journal is stored.

        Raises SQLAlchemyError while the database is away; the same batch comes next time.
        """
        if self._position is None:
            with self._database.reading() as session:
                self._position = position_of(session, self.journal.process_id)
        self._position, lines = self.journal.read(self._position, BATCH_BYTES)
        if not lines:
            self.behind = False
            return None
        group = self._group(lines, in_journal=True)
        self.behind = group.end - group.start > BATCH_BYTES / 2
        stored = self._store(group)
        self._position = group.end
        self.journal.forget(self._position)
        return stored

    def take(self, lines: list[bytes]) -> Stored:
        """Store lines that the journal could not take, and say what became of them.

        Raises SQLAlchemyError while the database is away.
        """
        return self._store(self._group(lines, in_journal=False))

    def renew(self) -> None:
        """Say that the journal's process is alive. Raises SQLAlchemyError while the database is away."""
        with self._database.writing() as session:
            renew(session, self.journal.process_id, now() + self._lease, self.position)

    def _group(self, lines: list[bytes], *, in_journal: bool) -> Group:
        return Group(lines, self.journal.process_id, self.position, in_journal, self._lease, self._refused)

    def _store(self, group: Group) -> Stored:
        stored = self._storage(group)
        for error in stored.refusals:
            log.error("A recorded call cannot be stored (%s); it is kept in %s", error, self._refused)
        return stored
