"""Calls stored by a process of its own: the same as by a thread, whatever becomes of that process."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.events.call import to_json
from fluxgate_app.events.group import Group
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.events.store_process import StoreProcess
from fluxgate_app.models import AiEvent

from .running import running

RECORDS = """
import multiprocessing, sys, time
from pathlib import Path
from fluxgate_app.db import Database
from fluxgate_app.events.recorder import Recorder
if __name__ == "__main__":
    recorder = Recorder(Database(sys.argv[1]), Path(sys.argv[2]), apart=True)
    recorder.start()
    print(multiprocessing.active_children()[0].pid, flush=True)
    time.sleep(float(sys.argv[3]))
"""


@pytest.fixture
def recorder(database: Database, tmp_path: Path) -> Iterator[Recorder]:
    """One that leaves the storing to another process."""
    with running(database, tmp_path / "data", apart=True) as started:
        yield started


def record(recorder: Recorder, make_call, *numbers: int) -> None:
    for call in map(make_call, numbers):
        recorder.started(call.start)
        recorder.ended(call.start, call.end)


def times_stored(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(session.exec(select(AiEvent.tracking_id)))


def group(folder: Path, *lines: bytes) -> Group:
    return Group(list(lines), "proc_1", 0, 1, timedelta(seconds=30), folder / "refused.jsonl")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_it_stored_is_there_and_told(database: Database, recorder: Recorder, make_call):
    heard: list[str] = []
    recorder.listen(heard.extend)
    record(recorder, make_call, *range(50))
    assert recorder.flush(30)
    assert times_stored(database) == {f"evt_{number:06}": 1 for number in range(50)}
    assert sorted(heard) == [f"evt_{number:06}" for number in range(50)]


def test_one_that_is_killed_is_replaced_and_no_call_lost_or_doubled(
    database: Database, recorder: Recorder, make_call, rollups_must_equal_the_rows
):
    for kill in range(4):
        record(recorder, make_call, *range(50 * kill, 50 * kill + 25))
        (child,) = multiprocessing.active_children()
        child.kill()
        record(recorder, make_call, *range(50 * kill + 25, 50 * kill + 50))
        assert recorder.flush(30)
    assert times_stored(database) == {f"evt_{number:06}": 1 for number in range(200)}
    rollups_must_equal_the_rows(database)


def test_a_call_that_no_database_takes_is_set_aside_alone(database: Database, tmp_path: Path, make_call):
    with closing(StoreProcess(database.url)) as store:
        lines = to_json(make_call(1)), b"{}", to_json(make_call(2))
        stored = store(group(tmp_path, *lines))
    assert sorted(stored.tracking_ids) == ["evt_000001", "evt_000002"]
    assert stored.refusals == ["ValueError"]
    assert (tmp_path / "refused.jsonl").read_bytes() == b"{}\n"


def test_it_says_when_the_database_is_away(tmp_path: Path, make_call):
    with closing(StoreProcess(f"sqlite:///{tmp_path}")) as store:
        for _ in range(2):
            with pytest.raises(OperationalError):
                store(group(tmp_path, to_json(make_call(1))))


def test_it_says_where_something_else_went_wrong(database: Database, tmp_path: Path):
    with closing(StoreProcess(database.url)) as store, pytest.raises(RuntimeError, match="FileNotFoundError"):
        store(group(tmp_path / "missing", b"{}"))


def test_a_clean_stop_ends_it(database: Database, tmp_path: Path, make_call):
    with running(database, tmp_path / "data", apart=True) as recorder:
        (child,) = multiprocessing.active_children()
        record(recorder, make_call, 1)
    assert child.exitcode == 0
    assert times_stored(database) == {"evt_000001": 1}


def test_it_ends_with_a_process_that_is_killed(database_url: str, tmp_path: Path):
    script = tmp_path / "records.py"
    script.write_text(RECORDS)
    command = [sys.executable, script, database_url, tmp_path / "data", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    until = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_alive(child)


def test_it_ends_with_a_process_that_forgot_it(database_url: str, tmp_path: Path):
    script = tmp_path / "records.py"
    script.write_text(RECORDS)
    # By then it no longer listens to the signal by which children end.
    command = [sys.executable, script, database_url, tmp_path / "data", "3"]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


def test_it_outlives_a_signal_to_all(database: Database, recorder: Recorder, make_call):
    record(recorder, make_call, 1)
    assert recorder.flush(30)
    (child,) = multiprocessing.active_children()
    os.kill(child.pid, 15)
    record(recorder, make_call, 2)
    assert recorder.flush(30)
    assert multiprocessing.active_children() == [child]
