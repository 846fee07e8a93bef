"""Store in a process of its own, so that those who answer need not share their interpreter with it."""

import logging
import multiprocessing
import signal
import sys
import traceback
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from time import monotonic

from sqlalchemy.exc import DBAPIError

from fluxgate_app.db import Database
from fluxgate_app.events.group import Group, Stored, store_group

# A child that has not answered by then is given up; SQLite waits ten seconds for its turn.
ANSWER_SECONDS = 60
END_SECONDS = 2
# So long the thread stores by itself where a child has died: the next one might, too.
REST_SECONDS = 10

log = logging.getLogger(__name__)


class ProcessStorage:
    """Stores in a child, and in the thread that asks where that has died. A child leaves with this process."""

    def __init__(self, database: Database):
        self._database = database
        self._child: BaseProcess | None = None
        self._begin_at = 0.0
        self._given_up = False
        with suppress(OSError):
            self._begin()
        # At the end of a process multiprocessing waits for its children: before that.
        self._at_exit = Finalize(None, self.give_up, exitpriority=0)

    def __call__(self, group: Group) -> Stored:
        """As `store_group`."""
        outcome = self._ask(group)
        if isinstance(outcome, Exception):
            raise outcome
        return store_group(self._database, group) if outcome is None else outcome

    def close(self) -> None:
        """Let the child end."""
        self._at_exit.cancel()
        if self._child is not None:
            self._connection.close()
            self._child.join(END_SECONDS)
            self._child.kill()

    def give_up(self) -> None:
        """Kill the child; what it had not stored is still in the journal."""
        self._given_up = True
        if self._child is not None:
            self._child.kill()

    def _ask(self, group: Group) -> Stored | Exception | None:
        """What the child makes of it, None where there is none."""
        if self._child is None and monotonic() < self._begin_at:
            return None
        with suppress(EOFError, OSError):
            if self._child is None:
                self._begin()
            self._connection.send(group)
            if self._connection.poll(ANSWER_SECONDS):
                return self._connection.recv()
        if self._given_up:
            return ChildProcessError("what was left is stored at the next start")
        self._lose()
        return None

    def _begin(self) -> None:
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        with closing(theirs):
            child = context.Process(target=_serve, args=(theirs, self._database.url), daemon=True)
            child.start()
        self._connection, self._child = ours, child

    def _lose(self) -> None:
        log.warning("The process that stores calls has died; for %d s they are stored without one", REST_SECONDS)
        self._begin_at = monotonic() + REST_SECONDS
        if self._child is not None:
            self._connection.close()
            self._child.kill()
            self._child.join()
            self._child = None


def _serve(connection: Connection, url: str) -> None:
    # It is told to end by the end of the connection: a signal to all would come before the last group.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with closing(Database(url)) as database, suppress(EOFError, OSError):
        while True:
            connection.send(_outcome(database, connection.recv()))


def _outcome(database: Database, group: Group) -> Stored | Exception:
    try:
        return store_group(database, group, _leave_with_parent)
    except DBAPIError as error:
        assert error.orig
        # Without its statement's rows.
        return type(error)(None, None, error.orig)
    except Exception:
        return RuntimeError(traceback.format_exc())


def _leave_with_parent() -> None:
    """Its journal is another's by now, which may have buried it."""
    parent = multiprocessing.parent_process()
    if parent is None or not parent.is_alive():
        sys.exit()
