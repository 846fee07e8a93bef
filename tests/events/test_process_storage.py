"""Calls stored by a process of its own: the same as by a thread, whatever becomes of that process."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.events.call import to_json
from fluxgate_app.events.group import Group
from fluxgate_app.events.process_storage import ProcessStorage
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.events.tables import wait_for_turn
from fluxgate_app.models import AiEvent, ProcessLease

from .running import running
from .test_recorder import record


@pytest.fixture
def recorder(database: Database, tmp_path: Path) -> Iterator[Recorder]:
    """One that leaves the storing to another process."""
    with running(database, tmp_path / "data", stores_apart=True) as started:
        yield started


@pytest.fixture
def other(database_url: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A program that records, and leaves the storing to another."""
    script = Path(__file__).with_name("recording_apart.py")
    command = [sys.executable, script, database_url, tmp_path / "data"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        yield program
        program.kill()


def child() -> BaseProcess:
    """What stores for this process."""
    return multiprocessing.active_children()[-1]


def times_stored(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(session.exec(select(AiEvent.tracking_id)))


def group(folder: Path, *lines: bytes) -> Group:
    return Group(list(lines), "proc_1", 0, True, timedelta(seconds=30), folder / "refused.jsonl")


@contextmanager
def nobody_else_stores(database: Database) -> Iterator[None]:
    with database.writing() as session:
        wait_for_turn(session)
        yield


def until(done: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_what_it_stored_is_there_and_told(database: Database, recorder: Recorder, make_call):
    heard: list[str] = []
    recorder.listen(heard.extend)
    record(recorder, *map(make_call, range(50)))
    assert recorder.flush(30)
    assert times_stored(database) == {f"evt_{number:06}": 1 for number in range(50)}
    assert sorted(heard) == [f"evt_{number:06}" for number in range(50)]


def test_one_that_is_killed_loses_and_doubles_no_call(
    database: Database, recorder: Recorder, make_call, rollups_must_equal_the_rows
):
    record(recorder, *map(make_call, range(25)))
    child().kill()
    record(recorder, *map(make_call, range(25, 50)))
    assert recorder.flush(30)
    assert times_stored(database) == {f"evt_{number:06}": 1 for number in range(50)}
    rollups_must_equal_the_rows(database)


def test_one_that_is_killed_while_it_waits_for_its_turn_loses_no_call(
    database: Database, recorder: Recorder, make_call
):
    record(recorder, make_call(1))
    assert recorder.flush(30)
    with nobody_else_stores(database):
        record(recorder, make_call(2))
        time.sleep(0.5)
        child().kill()
    assert recorder.flush(30)
    assert times_stored(database) == {"evt_000001": 1, "evt_000002": 1}


def test_another_takes_its_place(database: Database, tmp_path: Path, make_call, monkeypatch):
    monkeypatch.setattr("fluxgate_app.events.process_storage.REST_SECONDS", 0)
    with closing(ProcessStorage(database)) as storage:
        first = child()
        first.kill()
        for number in (1, 2):
            stored = storage(group(tmp_path, to_json(make_call(number))))
            assert stored.tracking_ids == [f"evt_{number:06}"]
        assert child() != first


def test_a_call_that_no_database_takes_is_set_aside_alone(database: Database, tmp_path: Path, make_call):
    asked = group(tmp_path, to_json(make_call(1)), b"{}", to_json(make_call(2)))
    with closing(ProcessStorage(database)) as storage:
        stored = storage(asked)
    with database.reading() as session:
        assert session.exec(select(ProcessLease.position)).all() == [asked.end]
    assert sorted(stored.tracking_ids) == ["evt_000001", "evt_000002"]
    assert stored.refusals == ["ValueError"]
    assert (tmp_path / "refused.jsonl").read_bytes() == b"{}\n"


@pytest.mark.parametrize("url", ["sqlite:///{folder}", "postgresql+psycopg://postgres@127.0.0.1:1/postgres"])
def test_it_says_when_the_database_is_away(tmp_path: Path, make_call, url: str):
    with closing(Database(url.format(folder=tmp_path))) as away, closing(ProcessStorage(away)) as storage:
        storing = child()
        for _ in range(2):
            with pytest.raises(OperationalError):
                storage(group(tmp_path, to_json(make_call(1))))
        # It was not the thread that found out.
        assert child() == storing


def test_it_says_where_something_else_went_wrong(database: Database, tmp_path: Path):
    with closing(ProcessStorage(database)) as storage, pytest.raises(RuntimeError, match="FileNotFoundError"):
        storage(group(tmp_path / "missing", b"{}"))


def test_a_clean_stop_ends_it(database: Database, tmp_path: Path, make_call):
    with running(database, tmp_path / "data", stores_apart=True) as recorder:
        storing = child()
        record(recorder, make_call(1))
    assert storing.exitcode == 0
    assert times_stored(database) == {"evt_000001": 1}


def test_a_stop_waits_no_longer_than_it_is_told_and_leaves_the_rest_to_the_next_start(
    database: Database, tmp_path: Path, make_call
):
    with running(database, tmp_path / "data", stores_apart=True) as recorder:
        storing = child()
        record(recorder, make_call(1))
        recorder.flush(30)
        os.kill(storing.pid or 0, signal.SIGSTOP)
        record(recorder, make_call(2))
        recorder.stop(0.5)
        until(lambda: not storing.is_alive())
    with running(database, tmp_path / "data") as following:
        until(lambda: following.flush() and len(times_stored(database)) == 2)


def test_it_outlives_signals_to_all(database: Database, recorder: Recorder, make_call):
    record(recorder, make_call(1))
    assert recorder.flush(30)
    storing = child()
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(storing.pid or 0, number)
    record(recorder, make_call(2))
    assert recorder.flush(30)
    assert child() == storing


def test_it_ends_with_a_process_that_is_killed(other: subprocess.Popen[str]):
    assert other.stdout is not None
    storing = int(other.stdout.readline())
    assert not has_ended(storing)
    other.kill()
    until(lambda: has_ended(storing))


def test_it_ends_with_a_process_that_forgot_it(other: subprocess.Popen[str]):
    assert other.stdout is not None
    storing = int(other.stdout.readline())
    other.communicate(timeout=30)
    assert other.returncode == 0
    until(lambda: has_ended(storing))


def test_what_it_had_not_stored_when_its_process_was_killed_is_left_to_the_next_start(
    database: Database, other: subprocess.Popen[str], tmp_path: Path
):
    assert other.stdin is not None and other.stdout is not None
    storing = int(other.stdout.readline())
    with nobody_else_stores(database):
        other.stdin.write("evt_second\n")
        other.stdin.flush()
        other.stdout.readline()
        # By then it waits for its turn.
        time.sleep(0.5)
        other.kill()
        other.wait()
    until(lambda: has_ended(storing))
    assert times_stored(database) == {"evt_first": 1}
    with running(database, tmp_path / "data") as following:
        assert following.flush(30)
        with database.reading() as session:
            assert session.exec(select(ProcessLease.process_id)).all() == [following.process_id]
    assert times_stored(database) == {"evt_first": 1, "evt_second": 1}
