"""The thread that brings what one process journalled to the server, and what dead processes left before it."""

import logging
import threading
from pathlib import Path
from random import uniform

from fluxgate_app.tracking.http_sink.backlog import Backlog
from fluxgate_app.tracking.http_sink.delivery import Away, Delivery
from fluxgate_app.tracking.journal import Journal

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.3
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
# How much may wait for a server that stays away.
MOST_WAITING_BYTES = 256 * 2**20


class Sender:
    """Journals lines and sends them on. `append` returns at once; raises OSError when no disk takes the line."""

    def __init__(self, directory: Path, process_id: str, delivery: Delivery):
        self._delivery = delivery
        self._directory = directory
        self._own = Backlog(Journal.create(directory, process_id))
        self._orphans: list[Backlog] = []
        self._awake = threading.Event()
        self._closing = threading.Event()
        self._progress = threading.Condition()
        self._tries = 0
        self._thread = threading.Thread(target=self._run, name="fluxgate-sender", daemon=True)

    def start(self) -> None:
        """Begin to send. Raises RuntimeError when the interpreter ends and starts no more threads."""
        self._thread.start()

    def append(self, line: bytes) -> None:
        """Keep this line, and wake the thread for it."""
        journal = self._own.journal
        if journal.end - self._own.position > MOST_WAITING_BYTES:
            raise OSError(f"{MOST_WAITING_BYTES >> 20} MB of calls wait for the server already")
        journal.append(line)
        if not self._awake.is_set():
            self._awake.set()

    def flush(self, timeout: float) -> bool:
        """Wait until all that was appended so far is with the server; False after `timeout` seconds."""
        end = self._own.journal.end
        with self._progress:
            self._awake.set()
            return self._progress.wait_for(lambda: self._own.position >= end, timeout)

    def close(self, timeout: float) -> None:
        """Send what there is and end; what takes more than `timeout` seconds waits for the next program."""
        self._closing.set()
        self._awake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def abandon(self) -> None:
        """In a forked process: all of this is the parent's, and its thread is not here."""
        self._own.journal.abandon()

    def _run(self) -> None:
        self._orphans = [Backlog(journal) for journal in Journal.orphans(self._directory)]
        while not self._closing.is_set():
            self._awake.wait()
            self._closing.wait(GATHER_SECONDS)
            self._awake.clear()
            self._closing.wait(self._round())
        self._leave()
        self._delivery.close()

    def _round(self) -> float:
        """Send all there is; seconds to wait until the next try."""
        try:
            self._send()
        except Away as away:
            return self._pause(away)
        except Exception:
            logger.exception("calls could not be sent")
            return self._pause(Away("of an error"))
        if self._tries:
            logger.warning("FluxGate is back; all calls are there")
        self._tries = 0
        return 0.0

    def _send(self) -> None:
        while self._step(self._own):
            pass
        while self._orphans:
            orphan = self._orphans[0]
            while self._step(orphan):
                pass
            if orphan.open:
                self._delivery.post(list(orphan.open.values()))
            orphan.journal.remove()
            self._orphans.pop(0)

    def _step(self, backlog: Backlog) -> bool:
        end, events = backlog.batch()
        if end == backlog.position:
            return False
        if events:
            self._delivery.post(events)
        backlog.taken(end)
        with self._progress:
            self._progress.notify_all()
        return True

    def _pause(self, away: Away) -> float:
        if not self._tries:
            logger.warning("FluxGate is away (%s); calls wait in %s", away, self._directory)
        self._tries += 1
        self._awake.set()
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(self._tries, 10))
        return max(away.pause, uniform(longest / 2, longest))

    def _leave(self) -> None:
        self._own.journal.seal()
        all_sent = self._round() == 0.0
        for orphan in self._orphans:
            orphan.journal.close()
        if all_sent and not self._own.open:
            self._own.journal.remove()
        else:
            self._own.journal.close()
