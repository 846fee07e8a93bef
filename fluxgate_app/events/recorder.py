"""The sink of this product: every call into the journal at once, from there into the database."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from fluxgate_app.db import Database
from fluxgate_app.events.call import Call, to_json
from fluxgate_app.events.content import ContentLogging, allowed
from fluxgate_app.events.process_storage import ProcessStorage
from fluxgate_app.events.storage import ThreadStorage
from fluxgate_app.events.sweep import LEASE
from fluxgate_app.events.writer import Writer
from fluxgate_app.models.ids import new_id
from fluxgate_app.tracking.journal import Journal
from fluxgate_app.tracking.record import CallEnd, CallStart

UNWRITTEN = 10_000

log = logging.getLogger(__name__)

Listener = Callable[[list[str]], None]


class Recorder:
    """Records calls so that no answer waits for the database and none is lost or doubled (spec section 2).

    `started` and `ended` write one line to the journal and return; they may be called from any thread and never
    raise. A thread stores the lines in groups and tells the listeners, in that thread, the tracking ids it stored.
    `process_id` is the one whose lease it keeps from `start` to `stop`. With `stores_apart` a child does the work of
    storing (`ProcessStorage`).
    """

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        content_logging: ContentLogging = "off",
        lease: timedelta = LEASE,
        *,
        stores_apart: bool = False,
    ):
        self.keeps_content = content_logging != "off"
        self.process_id = new_id("proc")
        self._content_logging: ContentLogging = content_logging
        self._database = database
        self._directory = data_dir / "journal"
        self._lease = lease
        self._stores_apart = stores_apart
        self._listeners: list[Listener] = []
        # What no disk takes waits here for the database; when there is too much of it, the oldest gives way.
        self._unwritten: deque[bytes] = deque(maxlen=UNWRITTEN)
        self._journal: Journal | None = None
        self._writer: Writer | None = None

    def listen(self, listener: Listener) -> None:
        """Call it, in the recorder's thread, with the tracking ids of each commit."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin to store, first of all what dead processes left. Raises OSError when the data folder is read-only."""
        self._journal = Journal.create(self._directory, self.process_id)
        storage = ProcessStorage if self._stores_apart else ThreadStorage
        self._writer = Writer(
            self._database,
            self._journal,
            storage=storage(self._database),
            unwritten=self._unwritten,
            lease=self._lease,
            stored=self._tell,
        )
        self._writer.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Store what is there and end; what takes more than `timeout` seconds is left to the next start."""
        if self._writer:
            self._writer.stop(timeout)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all calls recorded so far are stored; False when that takes more than `timeout` seconds."""
        return self._writer is not None and self._writer.flush(timeout)

    @property
    def backlog(self) -> int:
        """How many bytes of the journal are not yet stored."""
        return self._writer.backlog if self._writer else 0

    def started(self, start: CallStart) -> None:
        """Keep that this call is about to leave, so that it survives the process."""
        self._keep(start, None)

    def ended(self, start: CallStart, end: CallEnd) -> None:
        """Keep how it ended. May come twice for one call; the later one counts."""
        self._keep(start, end)

    def _keep(self, start: CallStart, end: CallEnd | None) -> None:
        try:
            line = to_json(Call(start, end and allowed(end, self._content_logging)))
            try:
                self._write(line)
            except OSError:
                self._unwritten.append(line)
        except Exception:
            log.exception("Call %s could not be recorded", start.tracking_id)

    def _write(self, line: bytes) -> None:
        if self._journal is None or self._writer is None:
            raise OSError("the recorder has not started")
        self._journal.append(line)
        self._writer.wake()

    def _tell(self, tracking_ids: list[str]) -> None:
        for listener in self._listeners:
            try:
                listener(tracking_ids)
            except Exception:
                log.exception("A listener failed")
