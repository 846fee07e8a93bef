"""Texts, requests and figures are deleted at their own ages, and what is left still adds up."""

import asyncio
import json
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlmodel import func, select

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events.call import start_to_dict
from fluxgate_app.events.check import differences
from fluxgate_app.events.ingest.intake import Intake
from fluxgate_app.events.prune import Ages, Deleted, kept_since, prune
from fluxgate_app.events.rebuild import rebuild
from fluxgate_app.events.rollups import DAY
from fluxgate_app.models import AccountRollup, AiEvent, AiEventContent, EventCounter, Feedback, KindRollup, OpenCall
from fluxgate_app.tracking.record import Owner

from .conftest import NOON
from .test_rollups import calls, put

TEN_DAYS = timedelta(days=10)


@pytest.fixture
def history(database: Database, make_call) -> Database:
    """Two calls with texts, ten days apart, and two days after the later one it is now."""
    old, new = NOON - TEN_DAYS, NOON
    put(database, [make_call(1, created_at=old, prompt="old"), make_call(2, created_at=new, prompt="new")])
    return database


def left(database: Database, table: type) -> list[str]:
    with database.reading() as session:
        return sorted(session.exec(select(table.tracking_id)))


def spent(database: Database) -> Decimal:
    with database.reading() as session:
        return session.exec(select(func.sum(AccountRollup.cost)).where(AccountRollup.minutes == DAY)).one()


def assert_adds_up(database: Database) -> None:
    with database.reading() as session:
        assert differences(session) == []


def test_without_ages_all_is_kept(history: Database):
    assert prune(history, Ages(), NOON + timedelta(days=9999)) == Deleted(0, 0, 0)


def test_texts_go_first_and_their_requests_stay(history: Database):
    assert prune(history, Ages(contents=5), NOON) == Deleted(1, 0, 0)
    assert left(history, AiEventContent) == ["evt_000002"]
    assert left(history, AiEvent) == ["evt_000001", "evt_000002"]


def test_requests_take_their_texts_with_them_and_leave_their_figures(history: Database):
    before = spent(history)
    assert prune(history, Ages(requests=7), NOON) == Deleted(1, 1, 0)
    assert left(history, AiEvent) == left(history, AiEventContent) == ["evt_000002"]
    assert spent(history) == before == Decimal("0.005")
    assert_adds_up(history)


def test_figures_go_last(history: Database):
    assert prune(history, Ages(requests=7, figures=8), NOON).figures == 10
    assert spent(history) == Decimal("0.0025")
    assert_adds_up(history)


def rate(database: Database, number: int, reason: str, when: datetime) -> None:
    with database.writing() as session:
        session.add(Feedback(tracking_id=f"evt_{number:06}", is_good=False, reason=reason, created_at=when))


def ratings(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return sorted(session.exec(select(Feedback.tracking_id, Feedback.reason)))


def test_why_an_answer_was_bad_goes_with_the_texts_and_the_rating_with_its_request(history: Database):
    rate(history, 1, "Too long", NOON - TEN_DAYS)
    rate(history, 2, "Too short", NOON)
    assert prune(history, Ages(contents=5), NOON) == Deleted(2, 0, 0)
    assert ratings(history) == [("evt_000001", ""), ("evt_000002", "Too short")]
    assert prune(history, Ages(contents=5, requests=7), NOON) == Deleted(0, 1, 0)
    assert ratings(history) == [("evt_000002", "Too short")]


def test_a_day_is_deleted_whole_or_not_at_all(database: Database, make_call):
    put(database, [make_call(hour, created_at=NOON + timedelta(hours=hour)) for hour in range(-12, 12)])
    assert prune(database, Ages(requests=7), NOON + timedelta(days=7)).requests == 0
    assert prune(database, Ages(requests=7), NOON + timedelta(days=7, hours=12)).requests == 24


def test_a_longer_age_brings_nothing_back_and_says_so(history: Database):
    prune(history, Ages(requests=7), NOON)
    prune(history, Ages(requests=100), NOON)
    with history.reading() as session:
        assert kept_since(session, "requests") == NOON.replace(hour=0) - timedelta(days=7)
        assert kept_since(session, "contents") is None


def test_figures_that_are_added_up_again_keep_those_of_deleted_requests(database: Database, make_call):
    put(database, calls(make_call, Random(8), range(150)))
    put(database, [make_call(number, created_at=NOON + TEN_DAYS) for number in range(1000, 1040)])
    with database.reading() as session:
        counted = sorted(session.exec(select(EventCounter.provider, EventCounter.model, EventCounter.requests)))
        whole = session.exec(select(func.sum(KindRollup.cost))).one()
    assert prune(database, Ages(requests=7), NOON + TEN_DAYS).requests == 150
    assert rebuild(database) == 40
    with database.reading() as session:
        again = sorted(session.exec(select(EventCounter.provider, EventCounter.model, EventCounter.requests)))
        assert session.exec(select(func.sum(KindRollup.cost))).one() == whole
    assert again == counted
    assert_adds_up(database)


def test_a_deleted_call_that_comes_again_is_not_counted_twice(history: Database, make_call):
    prune(history, Ages(requests=7), NOON)
    before = spent(history)
    put(history, [make_call(1, created_at=NOON - TEN_DAYS)])
    assert left(history, AiEvent) == ["evt_000002"]
    assert spent(history) == before


def test_an_old_call_that_is_known_to_be_open_is_counted_when_it_ends(history: Database, make_call):
    prune(history, Ages(requests=7), NOON)
    call = make_call(3, created_at=NOON - TEN_DAYS)
    with history.writing() as session:
        session.add(OpenCall(tracking_id="evt_000003", process_id="proc_1", started=start_to_dict(call.start)))
    put(history, [call])
    assert left(history, AiEvent) == ["evt_000002", "evt_000003"]
    assert spent(history) == 3 * Decimal("0.0025")


def test_a_program_is_told_that_its_call_is_too_old(history: Database):
    prune(history, Ages(requests=7), NOON)
    sent = {"usage": {"inputTokens": 1, "outputTokens": 1}, "metadata": {"timestamp": "2026-01-01T00:00:00Z"}}
    with pytest.raises(Invalid, match=r"too old: requests from before 2026-\d\d-\d\d are deleted here"):
        asyncio.run(Intake(history).take(json.dumps(sent).encode(), Owner("usr_alice", "key_1")))


def test_a_difference_among_what_is_left_is_still_found(history: Database):
    prune(history, Ages(requests=7), NOON)
    with history.writing() as session:
        session.exec(select(AccountRollup).order_by(AccountRollup.start.desc())).first().requests += 1
    with history.reading() as session:
        assert [found.measure for found in differences(session)] == ["requests"]


@pytest.mark.parametrize(
    ("ages", "said"),
    [
        ({"requests": 6}, "requests: keep them 7 to 36500 days"),
        ({"contents": 0}, "contents: keep them 1 to 36500 days"),
        ({"figures": 30}, "figures: keep them at least as long as requests"),
        ({"requests": 60, "figures": 30}, "figures: keep them at least as long as requests"),
    ],
)
def test_it_refuses_ages_that_cannot_be(ages, said):
    with pytest.raises(Invalid, match=said):
        Ages(**ages)
