"""Several processes that record calls side by side; run by tests, killed or not.

    recording.py DATABASE_URL DATA_DIR PROCESSES CALLS kill|stop

Says `started ID` after a start and `ended ID` after an end is recorded.
"""

import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from fluxgate_app.db import Database
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models.ids import new_id
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostSource, Owner, Status, Usage


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def record(url: str, data_dir: str, calls: int, random: Random, how: str) -> None:
    recorder = Recorder(Database(url), Path(data_dir))
    recorder.start()
    running: list[CallStart] = []
    for number in range(calls):
        if number == 20 and how == "kill":
            threading.Timer(random.random() / 5, os.kill, (os.getpid(), signal.SIGKILL)).start()
        feature = random.choice(["chat", "search"])
        start = CallStart(
            new_id("evt"), datetime.now(UTC), "real", "openai", None, "gpt-4o", "chat", True, Owner(), Context(feature)
        )
        recorder.started(start)
        say(f"started {start.tracking_id}")
        running.append(start)
        if len(running) > 5:
            end_one(recorder, running.pop(0))
        time.sleep(random.random() / 500)
    for start in running:
        end_one(recorder, start)
    recorder.stop()


def end_one(recorder: Recorder, start: CallStart) -> None:
    end = CallEnd(
        start.tracking_id, Status.SUCCESS, Usage(10, 5), 100.0, 900.0, Decimal("0.01"), CostSource.COMPUTED, "test 1"
    )
    recorder.ended(start, end)
    say(f"ended {start.tracking_id}")


def main(url: str, data_dir: str, processes: str, calls: str, how: str) -> None:
    children: list[int] = []
    for number in range(int(processes)):
        child = os.fork()
        if child == 0:
            record(url, data_dir, int(calls), Random(number), how)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


main(*sys.argv[1:])
