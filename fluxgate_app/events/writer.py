"""The thread that brings journals into the database, keeps this process's lease, and sweeps after dead ones."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from sqlalchemy.exc import OperationalError

from fluxgate_app.db import Database
from fluxgate_app.events.feed import Feed
from fluxgate_app.events.group import Stored
from fluxgate_app.events.storage import Storage
from fluxgate_app.events.sweep import bury, sweep
from fluxgate_app.models.columns import now
from fluxgate_app.tracking.journal import Journal

GROUP_SECONDS = 0.05
# A group costs as much as many calls in it: after storing one, the thread rests so many times the CPU that it took, so
# that under load groups grow, and what it leaves to those who answer does not shrink.
RESTS = 25
LONGEST_REST_SECONDS = 0.4
LONGEST_PAUSE_SECONDS = 2.0

log = logging.getLogger(__name__)


class Writer:
    """Stores what is in the journal in groups; while the database is away it tries again and again."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        *,
        storage: Storage,
        unwritten: deque[bytes],
        lease: timedelta,
        stored: Callable[[list[str]], None],
    ):
        """`unwritten` are lines that the journal could not take, `stored` is told the tracking ids of each commit.

        The journal and the `storage` are closed at the end.
        """
        self._database = database
        self._directory = journal.directory
        self._storage = storage
        self._unwritten = unwritten
        self._lease = lease
        self._stored = stored
        self._own = self._feed(journal, lease)
        self._orphans: list[Feed] = []
        self._heartbeat_due = 0.0
        self._away = False
        self._gathering = 0.0
        self._pause = 0.0
        self._taken = 0.0
        self._due = 0.0
        self._awake = threading.Event()
        self._hurried = threading.Event()
        self._stopping = False
        self._progress = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="fluxgate-recorder", daemon=True)

    def start(self) -> None:
        """Begin, first of all with what dead processes left behind."""
        self._awake.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something new."""
        if not self._awake.is_set():
            self._awake.set()

    @property
    def backlog(self) -> int:
        """How many bytes of the journal are not yet stored."""
        return max(0, self._own.journal.end - self._own.position)

    def flush(self, timeout: float) -> bool:
        """Wait until all that is in the journal now, and what dead processes left at the start, is stored.

        False when that takes more than `timeout` seconds.
        """
        end = self._own.journal.end

        def stored() -> bool:
            left = self._unwritten or self._orphans or not self._heartbeat_due
            return self._own.position >= end and not left

        with self._progress:
            self._hurry()
            return self._progress.wait_for(stored, timeout)

    def stop(self, timeout: float) -> None:
        """Store what is there and end. What takes more than `timeout` seconds is left to the next start."""
        self._stopping = True
        self._hurry()
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._storage.give_up()

    def _hurry(self) -> None:
        self._awake.set()
        self._hurried.set()

    def _run(self) -> None:
        while not self._stopping:
            self._awake.wait(self._lease.total_seconds() / 3)
            self._hurried.wait(max(self._gathering, self._due - monotonic()))
            self._awake.clear()
            self._hurried.clear()
            self._taken = 0.0
            if self._try(self._round):
                behind = any(feed.behind for feed in (self._own, *self._orphans))
                self._gathering = 0.0 if behind else GROUP_SECONDS
                self._pause = 0.0
                rest = 0.0 if behind else min(self._taken * RESTS, LONGEST_REST_SECONDS)
            else:
                rest = self._pause = min(2 * self._pause + GROUP_SECONDS, LONGEST_PAUSE_SECONDS)
            self._due = monotonic() + rest
        self._own.journal.seal()
        if not self._try(self._leave):
            self._own.journal.close()
        for feed in self._orphans:
            feed.journal.close()
        self._storage.close()

    def _try(self, step: Callable[[], None]) -> bool:
        try:
            step()
        except Exception as error:
            if not self._away:
                unexpected = not isinstance(error, OperationalError)
                log.warning("The database is away; calls wait in %s", self._directory, exc_info=unexpected)
            self._away = True
            self._awake.set()
            return False
        if self._away:
            log.warning("The database is back; all calls are stored")
        self._away = False
        return True

    def _round(self) -> None:
        with suppress(OSError):
            self._own.journal.sync()
        self._store_unwritten()
        self._step(self._own)
        if monotonic() >= self._heartbeat_due:
            self._heartbeat()
        for feed in tuple(self._orphans):
            if not self._step(feed):
                self._bury(feed)

    def _heartbeat(self) -> None:
        self._own.renew()
        with self._database.writing() as session:
            interrupted = sweep(session, now())
        self._tell(interrupted)
        for journal in Journal.orphans(self._directory):
            self._orphans.append(self._feed(journal, timedelta(0)))
        self._heartbeat_due = monotonic() + self._lease.total_seconds() / 3
        self._tell([])

    def _step(self, feed: Feed) -> bool:
        if (stored := feed.step()) is None:
            self._tell([])
            return False
        self._note(stored)
        self._awake.set()
        return True

    def _store_unwritten(self) -> None:
        lines = [self._unwritten.popleft() for _ in range(len(self._unwritten))]
        if lines:
            try:
                stored = self._own.take(lines)
            except Exception:
                self._unwritten.extendleft(reversed(lines))
                raise
            self._note(stored)

    def _feed(self, journal: Journal, lease: timedelta) -> Feed:
        return Feed(self._database, journal, lease, self._storage)

    def _bury(self, feed: Feed) -> None:
        with self._database.writing() as session:
            interrupted = bury(session, feed.journal.process_id)
        feed.journal.remove()
        self._orphans.remove(feed)
        self._tell(interrupted)

    def _leave(self) -> None:
        self._store_unwritten()
        while self._step(self._own):
            pass
        with self._database.writing() as session:
            bury(session, self._own.journal.process_id)
        self._own.journal.remove()

    def _note(self, stored: Stored) -> None:
        self._taken += stored.cpu
        self._tell(stored.tracking_ids)

    def _tell(self, tracking_ids: list[str]) -> None:
        with self._progress:
            self._progress.notify_all()
        if tracking_ids:
            self._stored(tracking_ids)
