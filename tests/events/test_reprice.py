"""Recorded calls are priced again by the prices of the day they were made, and the figures go with them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events import filters
from fluxgate_app.events.reprice import reprice
from fluxgate_app.models import AiEvent
from fluxgate_app.tracking.prices import PriceRule, Prices
from fluxgate_app.tracking.record import CostOverride, CostSource, Status, Usage
from fluxgate_app.tracking.usage.counts import inclusive

from .conftest import NOON
from .test_rollups import put

DAY_BEFORE = NOON - timedelta(days=1)
UNPRICED = {"cost": None, "cost_source": CostSource.UNPRICED, "price_version": None}


def by_rule(provider: str = "openai", model: str = "gpt-4o", since=DAY_BEFORE) -> Prices:
    rule = PriceRule("price_1", provider, model, since, CostOverride(input=Decimal(1), output=Decimal(2)))
    return Prices(rules=lambda: [rule])


def stored(database: Database) -> list[AiEvent]:
    with database.reading() as session:
        return list(session.exec(select(AiEvent).order_by(AiEvent.tracking_id)))


def test_calls_get_the_price_that_is_known_now(database: Database, make_call, rollups_must_equal_the_rows):
    put(database, [make_call(1, **UNPRICED), make_call(2)])
    report = reprice(database, lambda provider: by_rule(), DAY_BEFORE)
    assert [(event.cost, event.cost_source, event.price_version) for event in stored(database)] == [
        (Decimal("0.0012"), "computed", "price_1")
    ] * 2
    (change,) = report.changes
    assert (report.calls, report.changed, change.before, change.after) == (2, 2, Decimal("0.0025"), Decimal("0.0024"))
    rollups_must_equal_the_rows(database)


def test_twice_changes_nothing_more(database: Database, make_call):
    put(database, [make_call(number) for number in range(5)])
    reprice(database, lambda provider: by_rule(), DAY_BEFORE)
    assert reprice(database, lambda provider: by_rule(), DAY_BEFORE).changed == 0


counts = st.integers(0, 300_000) | st.none()
usages = st.builds(Usage, counts, counts, counts, counts, counts, counts, counts).map(inclusive)
calls = st.fixed_dictionaries(
    {
        "usage": usages,
        "tokens_estimated": st.booleans(),
        "model": st.sampled_from(["gpt-4o", "o3", "gemini-2.5-pro", "claude-sonnet-4-6", "nobody-knows"]),
        "provider": st.sampled_from(["openai", "google", "anthropic", "local", "elsewhere"]),
        "captured": st.none() | st.fixed_dictionaries({"serviceTier": st.sampled_from(["batch", "flex", "x"])}),
        "raw_usage": st.none() | st.fixed_dictionaries({"cost": st.decimals(0, 1, places=14).map(str)}),
        "cost": st.none() | st.decimals(0, 1, places=12),
        "cost_source": st.sampled_from(CostSource),
        "created_at": st.integers(0, 400).map(lambda days: NOON - timedelta(days=days)),
    }
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(calls, min_size=1, max_size=20))
def test_whatever_was_recorded_twice_changes_nothing_more(
    database: Database, make_call, rollups_must_equal_the_rows, told
):
    numbers = count(len(stored(database)))
    put(database, [make_call(next(numbers), **call) for call in told])
    since = datetime(2025, 1, 1, tzinfo=UTC) - timedelta(days=1)
    reprice(database, lambda provider: Prices(), since)
    before = stored(database)
    assert reprice(database, lambda provider: Prices(), since).changed == 0
    assert stored(database) == before
    rollups_must_equal_the_rows(database)


def test_a_dry_run_says_the_same_and_changes_nothing(database: Database, make_call):
    put(database, [make_call(1)])
    report = reprice(database, lambda provider: by_rule(), DAY_BEFORE, dry_run=True)
    assert (report.changed, stored(database)[0].cost) == (1, Decimal("0.0025"))


def test_only_unpriced_ones_when_so_asked(database: Database, make_call):
    put(database, [make_call(1, **UNPRICED), make_call(2)])
    assert reprice(database, lambda provider: by_rule(), DAY_BEFORE, unpriced=True).calls == 1


def test_only_those_that_the_filters_let_through(database: Database, make_call):
    put(database, [make_call(1, feature="chat"), make_call(2, feature="search")])
    wanted = filters.parse([("feature", "search")], NOON)
    assert reprice(database, lambda provider: by_rule(), DAY_BEFORE, wanted).calls == 1
    assert [event.cost for event in stored(database)] == [Decimal("0.0025"), Decimal("0.0012")]


def test_it_says_how_far_it_is_and_can_be_stopped(database: Database, make_call):
    put(database, [make_call(number) for number in range(5)])

    def stop(calls: int) -> None:
        raise Invalid(f"enough after {calls}")

    with pytest.raises(Invalid, match="enough after 5"):
        reprice(database, lambda provider: by_rule(), DAY_BEFORE, dry_run=True, progress=stop)


def test_only_those_since_then(database: Database, make_call):
    put(database, [make_call(1), make_call(2, created_at=NOON + timedelta(days=9))])
    assert reprice(database, lambda provider: by_rule(), NOON + timedelta(days=1)).changed == 1


def test_a_rule_counts_from_its_day_on(database: Database, make_call):
    put(database, [make_call(1), make_call(2, created_at=NOON + timedelta(days=9))])
    prices = by_rule(since=NOON + timedelta(days=5))
    reprice(database, lambda provider: prices, DAY_BEFORE)
    assert [event.price_version for event in stored(database)] == ["genai-prices 0.2.3", "price_1"]


@pytest.mark.parametrize(
    "told",
    [
        {"cost_source": CostSource.REPORTED, "price_version": None},
        {"cost_source": CostSource.COMPUTED, "price_version": "override"},
    ],
    ids=["by the provider", "by the caller"],
)
def test_what_was_told_stays(database: Database, make_call, told):
    put(database, [make_call(1, cost=Decimal(7), **told)])
    assert reprice(database, lambda provider: by_rule(), DAY_BEFORE).changed == 0


def test_an_estimate_stays_one(database: Database, make_call):
    put(
        database,
        [
            make_call(1, status=Status.CANCELLED, cost_source=CostSource.ESTIMATED, tokens_estimated=True),
            make_call(2, status=Status.CANCELLED, tokens_estimated=True, **UNPRICED),
        ],
    )
    reprice(database, lambda provider: by_rule(), DAY_BEFORE)
    assert [event.cost_source for event in stored(database)] == ["estimated"] * 2


def test_counts_that_were_told_stay_exact_whatever_the_price_was(database: Database, make_call):
    put(database, [make_call(1, cost_source=CostSource.ESTIMATED), make_call(2, raw_usage=None, **UNPRICED)])
    reprice(database, lambda provider: by_rule(), DAY_BEFORE)
    assert [event.cost_source for event in stored(database)] == ["computed"] * 2


def test_tier_and_searches_are_remembered(database: Database, make_call):
    put(database, [make_call(1, usage=Usage(1000, 100), captured={"serviceTier": "batch"}, created_at=DAY_BEFORE)])
    before = stored(database)[0]
    reprice(database, lambda provider: Prices(), DAY_BEFORE - timedelta(days=1))
    # The list knows that price since October: before, the standard one is an estimate of it.
    assert (before.event_metadata, stored(database)[0].cost_source) == ({"serviceTier": "batch"}, "estimated")


def test_many_are_priced_batch_by_batch(database: Database, make_call, rollups_must_equal_the_rows):
    put(database, [make_call(number) for number in range(2050)])
    report = reprice(database, lambda provider: by_rule(), DAY_BEFORE)
    assert (report.calls, report.changed) == (2050, 2050)
    rollups_must_equal_the_rows(database)
