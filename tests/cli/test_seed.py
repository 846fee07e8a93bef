"""`fluxgate seed`: a believable history that is told from real calls."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from fluxgate_app.events.seed import history
from fluxgate_app.tracking.record import Status

UNTIL = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def calls():
    return list(history(2000, 14, UNTIL, Random(1)))


def test_it_stores_what_it_was_asked_for_and_marks_it_as_seed(fluxgate, data_dir):
    ended = fluxgate("seed", "--events", "600", "--days", "3")
    assert ended.code == 0
    assert ended.out.endswith("600 events of the last 3 days are stored. An admin sees them in Requests.\n")
    with closing(sqlite3.connect(data_dir / "fluxgate.db")) as connection:
        assert connection.execute("SELECT origin, count(*) FROM ai_event GROUP BY origin").fetchall() == [("seed", 600)]
        assert connection.execute("SELECT sum(requests) FROM hourly_rollup").fetchone() == (600,)


def test_seeding_twice_adds(fluxgate, data_dir):
    for _ in range(2):
        fluxgate("seed", "--events", "20", "--days", "1")
    with closing(sqlite3.connect(data_dir / "fluxgate.db")) as connection:
        assert connection.execute("SELECT count(*) FROM ai_event").fetchone() == (40,)


def test_its_calls_are_in_order_and_of_those_days(calls):
    times = [call.start.created_at for call in calls]
    assert UNTIL - timedelta(days=14) <= times[0] < times[-1] <= UNTIL
    assert [time.replace(minute=0, second=0, microsecond=0) for time in times] == sorted(
        time.replace(minute=0, second=0, microsecond=0) for time in times
    )


def test_nearly_all_its_calls_succeed_and_each_has_a_price(calls):
    assert 0.9 < sum(call.end.status == Status.SUCCESS for call in calls) / len(calls) < 0.99
    assert all(call.end.cost is not None for call in calls)
    assert all((call.end.cost > 0) == (call.end.usage.input_tokens > 0) for call in calls)


def test_a_streamed_call_has_its_first_token_before_its_end(calls):
    streamed = [call.end for call in calls if call.start.is_streamed and call.end.latency_in_ms is not None]
    assert streamed
    assert all(end.latency_in_ms <= end.streaming_duration_in_ms for end in streamed)


def test_a_call_that_is_not_streamed_was_not_stopped_in_the_middle(calls):
    assert not [call for call in calls if not call.start.is_streamed and call.end.status == Status.CANCELLED]


@pytest.mark.parametrize("option", [("--events", "0"), ("--days", "0")])
def test_it_refuses_to_store_nothing(fluxgate, option):
    assert fluxgate("seed", *option).code == 2
