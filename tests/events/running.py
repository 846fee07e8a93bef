"""A recorder that also ends where its test fails: one left behind would go on in the database of the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from fluxgate_app.db import Database
from fluxgate_app.events.content import ContentLogging
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.events.sweep import LEASE


@contextmanager
def running(
    database: Database,
    data_dir: Path,
    content_logging: ContentLogging = "off",
    lease: timedelta = LEASE,
    *,
    stores_apart: bool = False,
) -> Iterator[Recorder]:
    """A recorder that has started, for as long as the block."""
    recorder = Recorder(database, data_dir, content_logging, lease, stores_apart=stores_apart)
    recorder.start()
    try:
        yield recorder
    finally:
        recorder.stop()
