"""Facets count what the filters let through, value by value."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from fluxgate_app.db import Database
from fluxgate_app.events.columns import COLUMNS
from fluxgate_app.events.facets import facets
from fluxgate_app.events.filters import EVERYTHING, parse
from fluxgate_app.events.queries import list_events
from fluxgate_app.events.store import store
from fluxgate_app.tracking.record import Owner, Status

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def filled(database: Database, make_call) -> Database:
    """Thirty calls, every third of Bob's."""
    calls = [
        make_call(
            number,
            created_at=NOON + timedelta(minutes=number),
            owner=Owner("usr_bob" if number % 3 == 0 else "usr_alice"),
            status=Status.ERROR if number % 4 == 0 else Status.SUCCESS,
            feature=[None, "chat", "search", "search"][number % 4],
            user=f"u_{number % 7}",
        )
        for number in range(30)
    ]
    with database.writing() as session:
        store(session, calls, "proc_1")
    return database


ASKED = [[], [("status", "ERROR")], [("user", "u_1"), ("user", "u_2")], [("from", "2026-03-01T12:10")]]


@pytest.mark.parametrize("name", ["feature", "user", "status", "isStreamed"])
@pytest.mark.parametrize("pairs", ASKED, ids=str)
@pytest.mark.parametrize("scope", [None, "usr_bob"])
def test_each_value_is_counted(filled, name, pairs, scope):
    wanted, others = (parse([pair for pair in pairs if pair[0] != left_out], NOON) for left_out in ("", name))
    with filled.reading() as session:
        found = facets(session, scope, wanted, COLUMNS[name])
        events = list_events(session, scope, others, 100).events
    assert dict(found.counts) == Counter(getattr(event, COLUMNS[name].attribute) for event in events)
    assert [count for _, count in found.counts] == sorted((count for _, count in found.counts), reverse=True)
    assert found.counted_back_to is None


def test_only_the_most_frequent_are_told(filled):
    with filled.reading() as session:
        assert facets(session, None, EVERYTHING, COLUMNS["feature"], most=1).counts == (("search", 14),)


def test_it_counts_only_so_many_and_says_how_far_it_came(filled):
    with filled.reading() as session:
        found = facets(session, None, EVERYTHING, COLUMNS["status"], rows=10)
    assert sum(count for _, count in found.counts) == 10
    assert found.counted_back_to == NOON + timedelta(minutes=20)
