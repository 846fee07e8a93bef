"""Calls whose process died are INTERRUPTED, once, and only until their end turns up after all."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.events.call import Call, to_json
from fluxgate_app.events.store import store
from fluxgate_app.events.sweep import bury, renew, sweep
from fluxgate_app.models import AiEvent, KindRollup, OpenCall, ProcessLease
from fluxgate_app.models.columns import now
from fluxgate_app.tracking.journal import Journal

from .running import running


def statuses(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {event.tracking_id: event.status for event in session.exec(select(AiEvent))}


def rollups(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.status: row.requests for row in session.exec(select(KindRollup).where(KindRollup.minutes == 60))}


def open_calls(database: Database, process_id: str, lease: timedelta, *calls: Call) -> None:
    with database.writing() as session:
        store(session, [Call(call.start) for call in calls], process_id)
        renew(session, process_id, now() + lease, 0)


@pytest.fixture
def abandoned(tmp_path: Path, make_call) -> Journal:
    """What a killed process leaves: one call that ended, one that did not, half a line."""
    journal = Journal.create(tmp_path / "data" / "journal", "proc_dead")
    for line in (Call(make_call(1).start), make_call(1), Call(make_call(2).start)):
        journal.append(to_json(line))
    (segment,) = journal.directory.glob("proc_dead.*.jsonl")
    journal.close()
    with segment.open("ab") as file:
        file.write(to_json(make_call(2))[:100])
    return journal


def test_calls_of_a_process_whose_lease_ran_out_are_interrupted(database: Database, make_call):
    open_calls(database, "proc_dead", timedelta(seconds=-1), make_call(1))
    open_calls(database, "proc_alive", timedelta(seconds=30), make_call(2))
    with database.writing() as session:
        assert sweep(session, now()) == ["evt_000001"]
    assert statuses(database) == {"evt_000001": "INTERRUPTED"}
    with database.reading() as session:
        assert list(session.exec(select(OpenCall.tracking_id))) == ["evt_000002"]


def test_an_interrupted_call_has_no_cost_no_tokens_and_says_why(database: Database, make_call):
    open_calls(database, "proc_dead", timedelta(seconds=-1), make_call(1))
    with database.writing() as session:
        sweep(session, now())
    with database.reading() as session:
        (event,) = session.exec(select(AiEvent)).all()
    assert (event.cost, event.cost_source, event.input_tokens, event.latency_in_ms) == (None, "unpriced", None, None)
    assert event.error_message == "The process that made this call ended before the call did"
    assert (event.feature, event.account) == ("chat", "usr_alice")


def test_calls_of_a_process_without_a_lease_are_interrupted(database: Database, make_call):
    with database.writing() as session:
        store(session, [Call(make_call(1).start)], "proc_gone")
        assert sweep(session, now()) == ["evt_000001"]


def test_a_late_end_takes_the_place_of_the_interruption(database: Database, make_call):
    open_calls(database, "proc_frozen", timedelta(seconds=-1), make_call(1))
    with database.writing() as session:
        sweep(session, now())
    assert rollups(database) == {"INTERRUPTED": 1}
    with database.writing() as session:
        assert store(session, [make_call(1)], "proc_frozen") == ["evt_000001"]
    assert statuses(database) == {"evt_000001": "SUCCESS"}
    assert rollups(database) == {"SUCCESS": 1}


def test_several_may_sweep_at_once(database: Database, make_call):
    open_calls(database, "proc_dead", timedelta(seconds=-1), *(make_call(number) for number in range(40)))

    def sweeping(_: int) -> list[str]:
        with database.writing() as session:
            return sweep(session, now())

    with ThreadPoolExecutor(4) as threads:
        swept = [tracking_id for ids in threads.map(sweeping, range(8)) for tracking_id in ids]
    assert sorted(swept) == [f"evt_{number:06}" for number in range(40)]
    assert rollups(database) == {"INTERRUPTED": 40}


def test_what_ended_meanwhile_is_not_interrupted(database: Database, make_call):
    open_calls(database, "proc_dead", timedelta(seconds=-1), make_call(1), make_call(2))
    with database.writing() as session:
        store(session, [make_call(1)], "proc_dead")
        assert bury(session, "proc_dead") == ["evt_000002"]


def test_leases_that_ran_out_long_ago_are_forgotten(database: Database):
    with database.writing() as session:
        renew(session, "proc_old", now() - timedelta(days=4000), 0)
        renew(session, "proc_away", now() - timedelta(days=1), 7)
        sweep(session, now())
        assert list(session.exec(select(ProcessLease.process_id))) == ["proc_away"]


def test_the_next_start_adopts_what_a_dead_process_left(database: Database, abandoned: Journal, tmp_path: Path):
    with running(database, tmp_path / "data") as recorder:
        assert recorder.flush()
    assert statuses(database) == {"evt_000001": "SUCCESS", "evt_000002": "INTERRUPTED"}
    assert list(abandoned.directory.iterdir()) == []


def test_only_what_is_not_stored_yet_is_read_from_it(database: Database, abandoned: Journal, tmp_path: Path, make_call):
    with database.writing() as session:
        position = len(to_json(Call(make_call(1).start))) + len(to_json(make_call(1))) + 2
        renew(session, "proc_dead", now(), position)
    with running(database, tmp_path / "data") as recorder:
        assert recorder.flush()
    assert statuses(database) == {"evt_000002": "INTERRUPTED"}


def test_a_running_process_adopts_it_too_and_tells_its_listeners(
    database: Database, tmp_path: Path, make_call, request: pytest.FixtureRequest
):
    heard: list[str] = []
    with running(database, tmp_path / "data", lease=timedelta(seconds=0.3)) as recorder:
        recorder.listen(heard.extend)
        assert recorder.flush()
        request.getfixturevalue("abandoned")
        deadline = now() + timedelta(seconds=20)
        while len(heard) < 2 and now() < deadline:
            recorder.flush()
    assert sorted(heard) == ["evt_000001", "evt_000002"]


def expiry(database: Database) -> datetime:
    with database.reading() as session:
        return session.exec(select(ProcessLease.expires_at)).one()


def test_a_heartbeat_keeps_the_lease_of_an_idle_process(database: Database, tmp_path: Path, make_call):
    with running(database, tmp_path / "data", lease=timedelta(seconds=0.3)) as recorder:
        recorder.started(make_call(1).start)
        assert recorder.flush()
        first = expiry(database)
        deadline = now() + timedelta(seconds=20)
        while expiry(database) == first and now() < deadline:
            time.sleep(0.05)
        with database.writing() as session:
            assert sweep(session, first + timedelta(microseconds=1)) == []
        recorder.ended(make_call(1).start, make_call(1).end)
    assert statuses(database) == {"evt_000001": "SUCCESS"}
