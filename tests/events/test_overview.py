"""Everything a dashboard says of one moment: over time, by a dimension, who and what costs most, what changed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events.metrics.overview import Overview, earned, overview
from fluxgate_app.events.store import store
from fluxgate_app.tracking.record import Context, Owner, User

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
ASTRID = User("u_astrid", name="Astrid", monthly_revenue=Decimal(60))

Look = Callable[..., Overview]


@pytest.fixture
def calls(database: Database, make_call) -> Callable[..., None]:
    """`calls(3, ago=timedelta(days=2), cost=…)`: three calls of that time."""
    made = iter(range(1_000_000))

    def calls(count: int, ago: timedelta = timedelta(hours=1), **changes) -> None:
        with database.writing() as session:
            new = [make_call(next(made), created_at=NOW - ago, **changes) for _ in range(count)]
            store(session, new, "proc_1")

    return calls


@pytest.fixture
def look(database: Database) -> Look:
    """`look("range=7d")`: what the dashboard says, for an admin or for the account given as `scope`."""

    def look(query: str = "", scope: str | None = None, zone: str = "UTC") -> Overview:
        pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
        with database.reading() as session:
            return overview(session, scope, pairs, NOW, zone)

    return look


def keys(groups) -> list[str]:
    return [group.key[0] for group in groups]


def test_it_says_what_the_week_cost_by_feature_over_time_and_who_and_what_costs_most(calls, look):
    calls(3, feature="search", cost=Decimal(2))
    calls(5, feature="chat", cost=Decimal(1), model="gpt-4o-mini", user=ASTRID)
    calls(1, timedelta(days=8), feature="chat", cost=Decimal(40))
    found = look()
    assert (found.whole.totals.requests, found.whole.totals.cost) == (8, 11)
    assert (found.whole.previous.requests, found.whole.previous.cost) == (1, 40)
    assert keys(found.grouped.groups) == keys(found.features.groups) == ["search", "chat"]
    assert keys(found.models.groups) == ["gpt-4o", "gpt-4o-mini"]
    assert keys(found.users.groups) == ["u_1", "u_astrid"]
    assert keys(found.changed.groups) == ["chat", "search"]
    assert sum(point.figures.cost for point in found.whole.series) == 11
    assert sum(point.figures.cost for point in found.grouped.series) == 11


def test_it_groups_as_the_address_says(calls, look):
    calls(2, model="gpt-4o")
    calls(1, model="o4-mini")
    found = look("groupBy=model,status")
    assert [group.key for group in found.grouped.groups] == [("gpt-4o", "SUCCESS"), ("o4-mini", "SUCCESS")]
    assert found.changed.dimension == "model,status"


def test_until_something_real_was_recorded_all_origins_count(calls, look):
    calls(2, origin="demo")
    assert (look().has_real, look().whole.totals.requests) == (False, 2)
    assert look("origin=real").whole.totals.requests == 0
    calls(1, timedelta(days=100))
    assert (look().has_real, look().whole.totals.requests) == (True, 0)
    assert look("origin=demo").whole.totals.requests == 2


def test_what_is_real_of_others_is_not_real_for_an_account(calls, look):
    calls(1)
    calls(2, origin="demo", owner=Owner("usr_bob"))
    found = look(scope="usr_bob")
    assert (found.has_real, found.whole.totals.requests) == (False, 2)
    assert look(scope="usr_charlie").whole.totals.requests == 0


def test_what_cannot_be_added_up_is_said_in_its_place_alone(calls, look):
    calls(1, timedelta(days=40), model="gpt-4o", user=ASTRID)
    found = look("range=90d&model=gpt-4o")
    assert found.whole.totals.requests == 1
    assert found.users.groups == ()
    assert "over at most 31 days" in found.users.trouble


def test_it_compares_nothing_where_two_periods_are_too_much_to_read(calls, look):
    calls(1, context=Context(session_id="s_1"))
    found = look("range=30d&sessionId=s_1")
    assert (found.whole.totals.requests, found.whole.previous) == (1, None)
    assert "over at most 31 days" in found.changed.trouble


def test_it_refuses_what_cannot_be_read_at_all(look):
    with pytest.raises(Invalid, match="over at most 31 days"):
        look("range=90d&sessionId=s_1")


def test_the_month_ends_with_what_was_spent_and_the_last_week_s_pace_for_the_days_left(calls, look):
    calls(1, timedelta(days=1), cost=Decimal(7))
    calls(1, timedelta(days=9), cost=Decimal(30))
    calls(1, timedelta(days=12), cost=Decimal(1000))
    expected = look("range=24h").forecast
    assert (expected.spent, expected.a_day, expected.days_left) == (37, 1, 20.5)
    assert expected.at_the_end == Decimal("57.5")


def test_the_month_is_that_of_the_viewer_s_zone(calls, look):
    calls(1, NOW - datetime(2026, 3, 31, 20, tzinfo=UTC), cost=Decimal(5))
    assert look().forecast.spent == 0
    assert look(zone="Asia/Kolkata").forecast.spent == 5


def test_a_forecast_follows_the_filters(calls, look):
    calls(1, feature="search", cost=Decimal(3))
    calls(1, feature="chat", cost=Decimal(4))
    assert look("feature=search").forecast.spent == 3


def test_a_monthly_revenue_counts_for_the_part_that_the_period_is_of_thirty_days(calls, look):
    calls(1, user=ASTRID)
    found = look("range=3d")
    assert found.users.groups[0].end_user.monthly_revenue == 60
    assert earned(Decimal(60), found.whole, NOW) == 6
