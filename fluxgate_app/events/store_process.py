"""Store in a process of its own, so that those who answer need not share their interpreter with it."""

import atexit
import logging
import multiprocessing
import signal
import traceback
from contextlib import closing, suppress
from multiprocessing.connection import Connection

from sqlalchemy.exc import OperationalError

from fluxgate_app.db import Database
from fluxgate_app.events.group import Group, Stored, store_group

END_SECONDS = 5

log = logging.getLogger(__name__)


class StoreProcess:
    """A child that stores one group after the other, and ends when this process does, however that ends.

    One that has died is replaced at the next group.
    """

    def __init__(self, url: str):
        self._url = url
        self._closed = False
        self._begin()
        # Before multiprocessing waits for it to end.
        atexit.register(self.close)

    def __call__(self, group: Group) -> Stored:
        """As `store_group`. Raises EOFError or OSError when one process after the other dies."""
        try:
            return self._store(group)
        except (EOFError, OSError):
            if self._closed:
                raise
            log.warning("The process that stores calls has died; another takes its place")
            self._end()
            self._begin()
            return self._store(group)

    def close(self) -> None:
        """Let it end."""
        self._closed = True
        atexit.unregister(self.close)
        self._end()

    def _begin(self) -> None:
        self._connection, theirs = multiprocessing.Pipe()
        with closing(theirs):
            process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, self._url), daemon=True)
            process.start()
        self._process = process

    def _end(self) -> None:
        self._connection.close()
        self._process.join(END_SECONDS)

    def _store(self, group: Group) -> Stored:
        self._connection.send(group)
        outcome: Stored | Exception = self._connection.recv()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def _serve(connection: Connection, url: str) -> None:
    # It is told to end by the end of the connection: a signal to all would come before the last group.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with closing(Database(url)) as database, suppress(EOFError, OSError):
        while True:
            connection.send(_outcome(database, connection.recv()))


def _outcome(database: Database, group: Group) -> Stored | Exception:
    try:
        return store_group(database, group)
    except OperationalError as error:
        # Without its statement's rows.
        return OperationalError(None, None, error.orig or error)
    except Exception:
        return RuntimeError(traceback.format_exc())
