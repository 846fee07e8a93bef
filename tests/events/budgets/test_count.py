"""What calls cost is counted when they are stored: those made here, by whoever's budget they fall under."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fluxgate_app.events.budgets import decisions, ledger
from fluxgate_app.events.budgets.ledger import Wish
from fluxgate_app.events.budgets.rule import rule_of
from fluxgate_app.events.store import store
from fluxgate_app.models import Budget
from fluxgate_app.tracking import Owner, Status

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def keep(database):
    def keep(*calls, process_id="proc_1"):
        with database.writing() as session:
            store(session, calls, process_id)

    return keep


@pytest.fixture
def spent(database):
    def spent(budget_id: str, at: datetime = NOON, zone: str = "UTC") -> Decimal:
        with database.reading() as session:
            rule = rule_of(session.get_one(Budget, budget_id), ZoneInfo(zone))
            return ledger.standings(session, [rule], at)[budget_id].spent

    return spent


def test_each_budget_counts_its_own_calls(set_budget, make_call, keep, spent):
    everybody, alice = set_budget(9), set_budget(9, "account", "usr_alice")
    key, search = set_budget(9, "apiKey", "key_alice"), set_budget(9, "feature", "search")
    keep(
        make_call(1, cost=Decimal(1), owner=Owner("usr_alice", "key_alice")),
        make_call(2, cost=Decimal(2), owner=Owner("usr_alice")),
        make_call(3, cost=Decimal(4), owner=Owner("usr_bob"), feature="search"),
        make_call(4, cost=Decimal(8), owner=Owner(), feature=None),
        make_call(5, cost=None, owner=Owner("usr_alice")),
    )
    assert [spent(budget) for budget in (everybody, alice, key, search)] == [15, 3, 1, 4]


def test_what_others_ingest_burns_nobody_s_budget(set_budget, make_call, keep, spent):
    budget = set_budget(9)
    keep(make_call(1, cost=Decimal(1)), process_id="")
    assert spent(budget) == 0


def test_a_later_end_counts_instead_of_the_earlier_one(set_budget, make_call, keep, spent):
    budget = set_budget(9)
    keep(make_call(1, cost=None, status=Status.INTERRUPTED))
    keep(make_call(1, cost=Decimal("0.0025")))
    keep(make_call(1, cost=Decimal("0.0024")))
    keep(make_call(1, cost=Decimal("0.0024")))
    assert spent(budget) == Decimal("0.0024")


def test_a_stored_call_holds_nothing_any_more(database, set_budget, make_call, keep):
    budget = set_budget(9)
    with database.writing() as session:
        rule = rule_of(session.get_one(Budget, budget), ZoneInfo("UTC"))
        [held] = ledger.reserve(session, "proc_1", [Wish("evt_000001", [rule], Decimal(3))], {}, NOON)
    assert held.amount == 3
    keep(make_call(1, cost=Decimal(1)))
    with database.reading() as session:
        standing = ledger.standings(session, [rule], NOON)[budget]
    assert (standing.spent, standing.held, standing.left) == (1, 0, 8)


def test_tiny_costs_add_up_exactly(set_budget, make_call, keep, spent):
    budget = set_budget(9)
    keep(*(make_call(number, cost=Decimal("0.000000100001")) for number in range(1000)))
    assert spent(budget) == Decimal("0.000100001000")


@pytest.mark.parametrize(
    ("zone", "period", "before", "after"),
    [
        ("UTC", "day", "2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z"),
        ("Asia/Kolkata", "day", "2026-02-28T18:29:59Z", "2026-02-28T18:30:00Z"),
        ("Europe/Berlin", "month", "2026-02-28T22:59:59Z", "2026-02-28T23:00:00Z"),
        ("America/New_York", "month", "2026-03-01T04:59:59Z", "2026-03-01T05:00:00Z"),
    ],
)
def test_a_period_begins_at_midnight_of_its_zone(*, set_budget, make_call, keep, spent, zone, period, before, after):
    budget = set_budget(9, period=period)
    last, first = datetime.fromisoformat(before), datetime.fromisoformat(after)
    keep(make_call(1, created_at=last, cost=Decimal(1)), make_call(2, created_at=first, cost=Decimal(2)))
    assert spent(budget, first + timedelta(hours=3), zone) == 2
    assert spent(budget, last, zone) == 3


@pytest.mark.parametrize(
    ("period", "at", "begins", "ends"),
    [
        ("day", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("month", "2026-12-31T23:30:00Z", "2026-12-31T23:00:00Z", "2027-01-31T23:00:00Z"),
        ("month", "2026-01-31T12:00:00Z", "2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"),
    ],
)
def test_clocks_that_change_and_years_that_end_are_no_surprise(*, database, set_budget, period, at, begins, ends):
    budget = set_budget(9, period=period)
    with database.reading() as session:
        rule = rule_of(session.get_one(Budget, budget), ZoneInfo("Europe/Berlin"))
    moment = datetime.fromisoformat(at)
    assert rule.begins(moment) == datetime.fromisoformat(begins)
    assert rule.ends(moment) == datetime.fromisoformat(ends)


def test_a_budget_that_is_removed_leaves_nothing_behind(database, set_budget, make_call, keep):
    budget = set_budget(9)
    keep(make_call(1, cost=Decimal(1)))
    with database.writing() as session:
        decisions.remove(session, budget)
    keep(make_call(2, cost=Decimal(1)))
    assert set_budget_again(database) == 0


def set_budget_again(database) -> Decimal:
    with database.writing() as session:
        again = decisions.add(session, "overall", "", "day", Decimal(9))
        return decisions.get(session, ZoneInfo("UTC"), again).standing.spent
