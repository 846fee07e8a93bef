"""Recording returns at once, never raises, and every call is in the database a moment later."""

import resource
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models import AiEvent, AiEventContent, OpenCall, ProcessLease
from fluxgate_app.tracking.record import Context, Status

from .running import running


def record(recorder: Recorder, *calls: Any) -> None:
    for call in calls:
        recorder.started(call.start)
        recorder.ended(call.start, call.end)


def statuses(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {event.tracking_id: event.status for event in session.exec(select(AiEvent))}


def test_a_finished_call_is_stored_by_itself(database: Database, recorder: Recorder, make_call):
    stored = Event()
    recorder.listen(lambda tracking_ids: stored.set())
    record(recorder, make_call(1))
    assert stored.wait(5)
    assert statuses(database) == {"evt_000001": "SUCCESS"}


def test_listeners_hear_what_was_stored(recorder: Recorder, make_call):
    heard: list[str] = []
    recorder.listen(heard.extend)
    record(recorder, *(make_call(number) for number in range(50)))
    assert recorder.flush()
    assert sorted(heard) == [f"evt_{number:06}" for number in range(50)]


def test_a_listener_that_fails_stops_nothing(database: Database, recorder: Recorder, make_call):
    def fail(tracking_ids: list[str]) -> None:
        raise RuntimeError("broken page")

    recorder.listen(fail)
    record(recorder, make_call(1))
    recorder.flush()
    record(recorder, make_call(2))
    assert recorder.flush()
    assert len(statuses(database)) == 2


def test_calls_may_come_from_many_threads(database: Database, recorder: Recorder, make_call):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: record(recorder, make_call(number)), range(400)))
    assert recorder.flush()
    assert len(statuses(database)) == 400


def test_an_open_call_waits_for_its_end_beside_the_lease_of_its_process(
    database: Database, recorder: Recorder, make_call
):
    recorder.started(make_call(1).start)
    recorder.flush()
    with database.reading() as session:
        (opened,) = session.exec(select(OpenCall)).all()
        (lease,) = session.exec(select(ProcessLease)).all()
    assert opened.process_id == lease.process_id
    assert lease.expires_at > datetime.now(lease.expires_at.tzinfo)


def test_a_clean_stop_leaves_no_file_and_no_lease(database: Database, tmp_path: Path, make_call):
    with running(database, tmp_path) as recorder:
        record(recorder, make_call(1))
    assert list((tmp_path / "journal").iterdir()) == []
    with database.reading() as session:
        assert session.exec(select(ProcessLease)).all() == []
    assert statuses(database) == {"evt_000001": "SUCCESS"}


def test_what_is_open_at_a_stop_is_interrupted(database: Database, tmp_path: Path, make_call):
    with running(database, tmp_path) as recorder:
        recorder.started(make_call(1).start)
    assert statuses(database) == {"evt_000001": "INTERRUPTED"}


def test_calls_before_the_start_are_kept(database: Database, tmp_path: Path, make_call):
    recorder = Recorder(database, tmp_path)
    record(recorder, make_call(1))
    recorder.start()
    recorder.stop()
    assert statuses(database) == {"evt_000001": "SUCCESS"}


@pytest.mark.parametrize(
    ("logging", "kept"), [("off", None), ("redact", "Write to [email]"), ("full", "Write to ann@example.com")]
)
def test_content_is_kept_as_the_setting_says(database: Database, tmp_path: Path, make_call, logging, kept):
    with running(database, tmp_path, logging) as recorder:
        record(recorder, make_call(1, prompt="Write to ann@example.com", answer=None))
    with database.reading() as session:
        assert [content.prompt for content in session.exec(select(AiEventContent))] == ([kept] if kept else [])
    assert recorder.keeps_content == (kept is not None)


def test_metadata_that_is_no_json_loses_no_call(database: Database, recorder: Recorder, make_call):
    circle: dict[str, Any] = {}
    circle["itself"] = circle
    odds = [{"when": date(2026, 3, 1)}, {"half": "\ud83d"}, {1: {2}}, {"x": float("nan")}, circle]
    for number, odd in enumerate(odds):
        record(recorder, make_call(number, context=Context(metadata=odd)))
    assert recorder.flush()
    with database.reading() as session:
        kept = [event.event_metadata for event in session.exec(select(AiEvent).order_by(AiEvent.tracking_id))]
    assert kept == [{"when": "2026-03-01"}, {"half": "?"}, {"1": [2]}, {"x": None}, None]


def test_a_call_that_no_database_takes_is_set_aside_alone(
    database: Database, recorder: Recorder, tmp_path: Path, make_call
):
    calls = [make_call(number) for number in range(6)]
    calls[3] = make_call(3, tracking_id="evt_" + "x" * 100, cost=Decimal(10) ** 8)
    record(recorder, *calls)
    assert recorder.flush()
    assert len(statuses(database)) == 5
    refused = tmp_path / "data/journal/refused.jsonl"
    assert refused.stat().st_mode & 0o777 == 0o600
    assert all("xxx" in line for line in refused.read_text().splitlines())


def test_a_full_disk_loses_no_call(database: Database, recorder: Recorder, make_call):
    recorder.flush()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        record(recorder, make_call(1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    record(recorder, make_call(2))
    assert recorder.flush()
    assert statuses(database) == {"evt_000001": Status.SUCCESS, "evt_000002": Status.SUCCESS}
