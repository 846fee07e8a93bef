"""A made-up history looks like a real one and adds up like one."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, func, select

from fluxgate_app.db import Database
from fluxgate_app.events.seed import seed
from fluxgate_app.models import AiEvent, EndUser
from fluxgate_app.tracking.prices import LISTED
from fluxgate_app.tracking.record import Usage

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
UNTIL = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def make(database: Database, events: int = 1500, days: int = 14, **changes) -> list[int]:
    heard: list[int] = []
    seed(database, events, days, heard.append, **{"until": UNTIL, **changes})
    return heard


def rows(session: Session) -> list[AiEvent]:
    return list(session.exec(select(AiEvent).order_by(AiEvent.id)))


def test_it_makes_as_many_events_as_asked_and_says_how_far_it_is(database: Database, monkeypatch):
    monkeypatch.setattr("fluxgate_app.events.seed.BATCH", 600)
    assert make(database) == [600, 1200, 1500]
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(AiEvent)).one() == 1500
        assert session.exec(select(AiEvent.origin).distinct()).all() == ["seed"]


def test_its_rollups_add_up(database: Database, rollups_must_equal_the_rows):
    make(database)
    rollups_must_equal_the_rows(database)


@on_sqlite
def test_its_events_lie_within_the_days_and_their_ids_sort_by_time(database: Database):
    make(database)
    with database.reading() as session:
        events = rows(session)
    moments = [event.created_at for event in events]
    assert UNTIL - timedelta(days=14) <= moments[0] < moments[-1] < UNTIL
    assert moments == sorted(moments)
    stamps = [event.tracking_id[:14] for event in events]
    assert stamps == sorted(stamps)
    assert {len(event.tracking_id) for event in events} == {30}


@on_sqlite
def test_its_costs_are_those_of_the_price_list(database: Database):
    make(database, 300)
    with database.reading() as session:
        events = rows(session)
    for event in (event for event in events if event.status == "SUCCESS"):
        usage = Usage(event.input_tokens, event.output_tokens, event.cached_tokens)
        assert event.cost == LISTED.cost(usage, event.provider, [event.model], UNTIL).cost
    assert {event.provider for event in events if event.cost is None} == {"ollama"}


@on_sqlite
def test_it_is_believable(database: Database):
    make(database, 4000)
    with database.reading() as session:
        events = rows(session)
        assert session.exec(select(func.count()).select_from(EndUser)).one() == 63
    by_user = Counter(event.user for event in events).most_common()
    assert by_user[0][1] > 10 * by_user[30][1]
    by_hour = Counter(event.created_at.hour for event in events)
    assert by_hour[14] > 3 * by_hour[3]
    good = sum(event.status == "SUCCESS" for event in events)
    assert 0.9 < good / len(events) < 0.99
    streams = [event for event in events if event.is_streamed]
    assert all((event.latency_in_ms or 0) <= event.streaming_duration_in_ms for event in streams)
    assert {event.is_streamed for event in events if event.status == "CANCELLED"} == {True}
    assert {event.status for event in streams if event.latency_in_ms is None} <= {
        "RATE_LIMITED",
        "ERROR",
        "TIMEOUT",
        "MALFORMED_REQUEST",
    }
    assert {event.streaming_duration_in_ms for event in events if not event.is_streamed} == {None}
    assert len({(event.provider, event.model) for event in events}) == 8


@on_sqlite
def test_the_same_number_makes_the_same_history(database: Database):
    make(database, 200)
    with database.reading() as session:
        first = [event.model_dump(exclude={"id"}) for event in rows(session)]
    with database.writing() as session:
        session.connection().execute(AiEvent.__table__.delete())
    make(database, 200)
    with database.reading() as session:
        assert [event.model_dump(exclude={"id"}) for event in rows(session)] == first


@on_sqlite
def test_another_number_makes_another_beside_it(database: Database):
    make(database, 200)
    make(database, 200, number=2)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(AiEvent)).one() == 400
