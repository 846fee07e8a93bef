"""While the database is away calls are recorded all the same, and none is lost or doubled when it is back."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlmodel import func, select

from fluxgate_app import db
from fluxgate_app.db import Database
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models import AiEvent, KindRollup

from ..missing import missing
from .running import running

Away = Callable[[], None]


@contextmanager
def away(url: str) -> Iterator[None]:
    """SQLite: locked by another connection. PostgreSQL: all connections cut, new ones refused."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    name = make_url(url).database
    server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        try:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
            )
            yield
        finally:
            connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    server.dispose()


@pytest.fixture
def impatient(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database that says at once when it is locked."""
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 20)
    with closing(Database(database_url)) as opened:
        yield opened


def record(recorder: Recorder, make_call, numbers: range) -> None:
    for number in numbers:
        call = make_call(number)
        recorder.started(call.start)
        recorder.ended(call.start, call.end)


def assert_stored(database: Database, count: int) -> None:
    with database.reading() as session:
        ids = session.exec(select(AiEvent.tracking_id)).all()
        assert sorted(ids) == [f"evt_{number:06}" for number in range(count)]
        assert session.exec(select(func.sum(KindRollup.requests)).where(KindRollup.minutes == 60)).one() == count


def test_calls_wait_for_a_database_that_is_away(impatient: Database, tmp_path: Path, make_call):
    with running(impatient, tmp_path) as recorder:
        record(recorder, make_call, range(20))
        assert recorder.flush()
        with away(impatient.url):
            record(recorder, make_call, range(20, 120))
            assert not recorder.flush(timeout=0.3)
        assert recorder.flush()
    assert_stored(impatient, 120)


def test_calls_recorded_while_it_is_away_outlive_the_process(impatient: Database, tmp_path: Path, make_call):
    with away(impatient.url), running(impatient, tmp_path) as recorder:
        record(recorder, make_call, range(30))
    with running(impatient, tmp_path) as again:
        assert again.flush()
    assert_stored(impatient, 30)
    assert list((tmp_path / "journal").iterdir()) == []


def test_it_says_once_that_the_database_is_away(
    impatient: Database, tmp_path: Path, make_call, caplog: pytest.LogCaptureFixture
):
    with running(impatient, tmp_path) as recorder:
        assert recorder.flush()
        with away(impatient.url):
            record(recorder, make_call, range(5))
            assert not recorder.flush(timeout=0.5)
        assert recorder.flush()
    said = [message for message in caplog.messages if "database" in message]
    assert said == [
        f"The database is away; calls wait in {tmp_path / 'journal'}",
        "The database is back; all calls are stored",
    ]


OUTAGE = Path(__file__).parent.parent / "benchmarks" / "database_away.py"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_answer_fails_and_no_call_is_lost_while_it_is_locked_or_stopped(kind: str):
    if kind == "postgresql" and not (any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")):
        missing("PostgreSQL's programs are not installed: the test that stops one of its own needs them")
    command = [sys.executable, OUTAGE, "--database", kind, "--seconds", "2", "--rate", "20"]
    went = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert went.returncode == 0, went.stdout + went.stderr
    assert "0 answers failed" in went.stdout
    assert "0 lost, 0 doubled" in went.stdout
