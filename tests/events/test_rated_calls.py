"""Calls found by what people said of their answers."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events import feedback
from fluxgate_app.events.columns import FILTERED
from fluxgate_app.events.facets import facets
from fluxgate_app.events.filters import EVERYTHING, parse
from fluxgate_app.events.metrics.answer import answer
from fluxgate_app.events.metrics.question import parse as parse_question
from fluxgate_app.events.queries import list_events
from fluxgate_app.events.sorting import parse as parse_sort

from .conftest import NOON
from .test_rollups import put

NOW = NOON + timedelta(hours=1)
RATED = {3: True, 700: False, 1400: False}


@pytest.fixture
def rated(database: Database, make_call) -> Database:
    """1,500 calls, the dearest first, of which one was called good and two bad."""
    put(database, [make_call(number, cost=Decimal(1500 - number)) for number in range(1500)])
    with database.writing() as session:
        for number, is_good in RATED.items():
            feedback.give(session, f"evt_{number:06}", is_good)
    return database


def found(database: Database, *query: tuple[str, str], limit: int = 50, sort: str = "-createdAt") -> list[int]:
    with database.reading() as session:
        page = list_events(session, None, parse(query, NOON), limit, sort=parse_sort(sort))
    return [int(event.tracking_id.removeprefix("evt_")) for event in page.events]


def test_those_of_one_rating_are_found(rated: Database):
    assert found(rated, ("rating", "bad")) == [1400, 700]
    assert found(rated, ("rating", "good")) == [3]
    assert found(rated, ("rating.in", "good,bad")) == [1400, 700, 3]
    assert found(rated, ("rating", "bad"), sort="-cost") == [700, 1400]


def test_those_without_one_are_others(rated: Database):
    assert found(rated, ("rating.empty", "false")) == [1400, 700, 3]
    assert found(rated, ("rating.empty", "true"), limit=3) == [1499, 1498, 1497]
    oldest = ("to", (NOON + timedelta(seconds=702)).isoformat())
    assert found(rated, ("rating.not", "bad"), oldest, limit=1000) == [701, *range(699, -1, -1)]


def test_other_filters_hold_too(rated: Database):
    until = (NOON + timedelta(seconds=1000)).isoformat()
    assert found(rated, ("rating", "bad"), ("to", until)) == [700]
    assert found(rated, ("rating", "bad"), ("model", "another")) == []
    assert found(rated, ("rating", "bad"), ("q", "evt_0007")) == [700]


def test_pages_follow_each_other(rated: Database):
    filters = parse([("rating.in", "good,bad")], NOON)
    with rated.reading() as session:
        first = list_events(session, None, filters, 2)
        second = list_events(session, None, filters, 2, first.next_cursor)
    assert [event.tracking_id for event in (*first.events, *second.events)] == [
        "evt_001400",
        "evt_000700",
        "evt_000003",
    ]
    assert second.next_cursor is None


def test_they_are_counted_beside_the_list(rated: Database):
    with rated.reading() as session:
        counted = facets(session, None, EVERYTHING, FILTERED["rating"])
    assert counted.counts == ((None, 1497), ("bad", 2), ("good", 1))


def test_their_figures_are_added_up(rated: Database):
    asked = parse_question([("rating", "bad"), ("from", NOON.isoformat()), ("groupBy", "model")], NOW, "UTC")
    with rated.reading() as session:
        figures = answer(session, None, asked)
    assert (figures.totals.requests, figures.totals.cost) == (2, Decimal(100 + 800))


def test_nobody_finds_anothers(rated: Database):
    with rated.reading() as session:
        assert list_events(session, "usr_bob", parse([("rating", "bad")], NOON), 50).events == ()


def test_there_are_no_other_ratings():
    with pytest.raises(Invalid, match="rating must be one of good, bad"):
        parse([("rating", "great")], NOON)
