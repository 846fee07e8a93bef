"""A process that leaves the storing to another, and never stops its recorder; run by tests, killed or not.

    recording_apart.py DATABASE_URL DATA_DIR

Records a call, says the id of the process that stores, and records one more for each tracking id that it is given.
"""

import multiprocessing
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from fluxgate_app.db import Database
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostSource, Owner, Status, Usage


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def record(recorder: Recorder, tracking_id: str) -> None:
    start = CallStart(
        tracking_id, datetime.now(UTC), "real", "openai", None, "gpt-4o", "chat", False, Owner(), Context()
    )
    recorder.started(start)
    recorder.ended(start, CallEnd(tracking_id, Status.SUCCESS, Usage(), 1.0, None, None, CostSource.UNPRICED))


# The process that stores imports this file, too.
if __name__ == "__main__":
    recorder = Recorder(Database(sys.argv[1]), Path(sys.argv[2]), stores_apart=True)
    recorder.start()
    record(recorder, "evt_first")
    recorder.flush(30)
    say(str(multiprocessing.active_children()[0].pid))
    for line in sys.stdin:
        record(recorder, line.strip())
        say("recorded")
