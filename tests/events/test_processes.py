"""Several processes record into one database, and some of them are killed."""

import subprocess
import sys
from pathlib import Path

from sqlmodel import func, select

from fluxgate_app.db import Database
from fluxgate_app.models import AccountRollup, AiEvent, KindRollup, OpenCall, ProcessLease

from .running import running


def run(database: Database, data_dir: Path, processes: int, calls: int, how: str) -> tuple[set[str], set[str]]:
    script = Path(__file__).with_name("recording.py")
    command = [sys.executable, script, database.url, data_dir, str(processes), str(calls), how]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.split("\n")
    ids = {word: {line.split()[1] for line in said if line.startswith(word)} for word in ("started", "ended")}
    return ids["started"], ids["ended"]


def statuses(database: Database) -> dict[str, str]:
    with database.reading() as session:
        events = session.exec(select(AiEvent.tracking_id, AiEvent.status)).all()
    assert len(events) == len(dict(events))
    return dict(events)


def test_every_call_of_killed_processes_is_exactly_one_event(database: Database, tmp_path: Path):
    started, ended = run(database, tmp_path, processes=6, calls=10_000, how="kill")
    with running(database, tmp_path) as recorder:
        assert recorder.flush()
    found = statuses(database)
    assert started <= set(found)
    assert {found[tracking_id] for tracking_id in ended} == {"SUCCESS"}
    # A call that was about to be announced when its process died may be there as well.
    assert len(set(found) - started) <= 6
    interrupted = [tracking_id for tracking_id, status in found.items() if status == "INTERRUPTED"]
    assert 6 * 5 <= len(interrupted) <= 6 * 7
    with database.reading() as session:
        assert session.exec(select(OpenCall)).all() == []
        assert session.exec(select(ProcessLease)).all() == []
        assert session.exec(select(func.sum(KindRollup.requests)).where(KindRollup.minutes == 60)).one() == len(found)


def test_two_processes_that_write_at_once_lose_nothing(database: Database, tmp_path: Path):
    started, ended = run(database, tmp_path, processes=2, calls=300, how="stop")
    found = statuses(database)
    assert started == ended == set(found)
    assert len(found) == 600
    with database.reading() as session:
        assert session.exec(select(func.sum(KindRollup.requests)).where(KindRollup.minutes == 60)).one() == 600
        assert session.exec(select(func.sum(AccountRollup.cost)).where(AccountRollup.minutes == 1440)).one() == 6
