"""The State of the dashboard: what the address asks for, of what this person may see."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from fluxgate_app.events.budgets import decisions
from fluxgate_app.events.call import Call
from fluxgate_app.events.store import store
from fluxgate_app.models import Account
from fluxgate_app.states.changes import Change, change, change_of_share
from fluxgate_app.states.dashboard import Dashboard
from fluxgate_app.tracking.record import (
    CallEnd,
    CallStart,
    Context,
    CostSource,
    Origin,
    Owner,
    Status,
    Usage,
    User,
)

UTC_ZONE = ZoneInfo("UTC")
ADA, BOB = "ada@example.com", "bob@example.com"


def call(now, email: str, *, ago: timedelta = timedelta(hours=1), origin: Origin = "real", **changes) -> None:
    """A call of this person's, stored."""
    with now.db.writing() as session:
        account = session.exec(select(Account).where(Account.email == email)).one()
        tracking_id = f"evt_{datetime.now(UTC).timestamp()}"
        start = CallStart(
            tracking_id,
            datetime.now(UTC) - ago,
            origin,
            "openai",
            "api.openai.com",
            changes.pop("model", "gpt-4o"),
            "chat",
            True,
            Owner(account.id),
            Context(feature=changes.pop("feature", "chat"), user=changes.pop("user", None)),
        )
        end = {
            "status": Status.SUCCESS,
            "usage": Usage(1000, 100, 800),
            "latency_in_ms": 500.0,
            "streaming_duration_in_ms": 2000.0,
            "cost": Decimal("0.5"),
            "cost_source": CostSource.COMPUTED,
            "price_version": "test 1",
        }
        store(session, [Call(start, CallEnd(tracking_id, **(end | changes)))], "proc_1")


async def shown(tab, email: str, query: str = "") -> Dashboard:
    """What this person sees at `/dashboard`."""
    state = await tab(email, f"/dashboard{query}").get_state(Dashboard)
    async for _ in state.load():
        pass
    return state


def card(state: Dashboard, name: str):
    return next(card for card in state.cards if card.testid == f"dashboard-{name}")


async def test_it_says_what_the_last_week_cost_beside_the_week_before(now, tab) -> None:
    call(now, BOB)
    call(now, BOB, status=Status.ERROR)
    call(now, BOB, ago=timedelta(days=8), cost=Decimal("0.8"))
    state = await shown(tab, BOB)
    values = {card.testid.removeprefix("dashboard-"): card.value for card in state.cards}
    assert values == {
        "spend": "$1.00",
        "requests": "2",
        "errors": "50 %",
        "tokens": "2.2k",
        "cache": "80 %",
        "first": card(state, "first").value,
        "duration": card(state, "duration").value,
        "speed": card(state, "speed").value,
    }
    assert card(state, "spend").change == Change("▲", "25 %", "more")
    assert card(state, "errors").change == Change("▲", "50 points", "more")
    assert card(state, "first").value.endswith("ms")
    assert (state.is_loading, state.is_empty, state.error) == (False, False, "")


async def test_a_person_sees_their_own_and_an_admin_all(now, tab) -> None:
    call(now, ADA)
    call(now, BOB)
    assert card(await shown(tab, BOB), "requests").value == "1"
    assert card(await shown(tab, ADA), "requests").value == "2"


async def test_figures_lead_to_the_requests_behind_them(now, tab) -> None:
    call(now, BOB, feature="a b", model="gpt-4o-mini")
    state = await shown(tab, BOB, "?range=30d&model=gpt-4o-mini")
    assert card(state, "requests").link == "/requests?model=gpt-4o-mini&origin=real&range=30d"
    assert "status=ERROR&status=INTERRUPTED" in card(state, "errors").link
    assert state.top_features.rows[0].link == "/requests?model=gpt-4o-mini&origin=real&feature=a+b&range=30d"
    assert state.top_users.rows[0].link.endswith("&user.empty=true&range=30d")


async def test_until_something_is_real_it_counts_all_and_says_so(now, tab) -> None:
    call(now, BOB, origin="demo")
    state = await shown(tab, BOB)
    assert (state.counts_unreal, card(state, "requests").value) == (True, "1")
    call(now, BOB)
    state = await shown(tab, BOB)
    assert (state.counts_unreal, card(state, "requests").value) == (False, "1")


async def test_it_draws_each_layer_and_the_percentiles_of_each_interval(now, tab) -> None:
    call(now, BOB, feature="chat")
    call(now, BOB, feature="search", cost=Decimal(2))
    call(now, BOB, ago=timedelta(), feature="search", cost=Decimal(2))
    drawn = (await shown(tab, BOB, "?range=7d&interval=day")).charts
    assert [group["name"] for group in drawn["groups"]] == ["search", "chat"]
    assert len(drawn["points"]) == 8
    assert sum(point["layers"][0]["cost"] for point in drawn["points"]) == 4
    assert sum(point["layers"][1]["requests"] for point in drawn["points"]) == 1
    assert drawn["whole"]["latency"] == [pytest.approx(500, rel=0.02)] * 3


async def test_a_user_s_cost_stands_beside_their_revenue(now, tab) -> None:
    call(now, BOB, user=User("u_1", name="Astrid", monthly_revenue=Decimal(60)), cost=Decimal(4))
    row = (await shown(tab, BOB, "?range=15d")).top_users.rows[0]
    assert (row.name, row.cost, row.revenue, row.margin) == ("Astrid", "$4.00", "$30", "$26")


async def test_nonsense_in_the_address_is_said(now, tab) -> None:
    state = await shown(tab, BOB, "?groupBy=colour")
    assert state.error.startswith("groupBy must be one or two of")
    assert not state.is_loading


async def test_nothing_recorded_is_an_empty_page(now, tab) -> None:
    assert (await shown(tab, BOB)).is_empty


async def test_a_choice_goes_into_the_address_and_an_empty_one_out_of_it(now, tab) -> None:
    state = await tab(BOB, "/dashboard?range=24h&groupBy=user").get_state(Dashboard)
    assert '"/dashboard?range=24h&groupBy=model"' in str(state.choose("groupBy", "model").args)
    assert '"/dashboard?range=24h"' in str(state.choose("groupBy", "").args)


async def test_filters_are_chips_and_what_has_a_place_of_its_own_is_not(now, tab) -> None:
    state = await shown(tab, BOB, "?model=gpt-4o&origin=all&groupBy=user,model&interval=day")
    assert [chip.words for chip in state.asked.chips] == ["model is gpt-4o"]
    assert state.asked.span == "7d"
    assert state.chosen == {"dimension": "user", "second": "model", "interval": "day", "origin": "all"}


def test_a_change_is_a_part_of_what_was_before() -> None:
    assert change(Decimal(108), Decimal(100)) == Change("▲", "8 %", "more")
    assert change(60, 100) == Change("▼", "40 %", "less")
    assert change(1200, 100) == Change("▲", "12 times", "more")
    assert change(1, 0) == Change("▲", "new", "more")
    assert change(100, 100) == Change("=", "same")
    assert change(0, 0) == change(1, None) == Change()


def test_a_change_of_a_share_is_told_in_points() -> None:
    assert change_of_share(0.006, 0.004) == Change("▲", "0.2 points", "more")
    assert change_of_share(0.25, 0.5) == Change("▼", "25 points", "less")
    assert change_of_share(None, 0.5) == Change()


def budget(now, scope: str, subject: str, amount: str, period: str = "month") -> None:
    with now.db.writing() as session:
        decisions.add(session, scope, subject, period, Decimal(amount))


async def test_a_monthly_budget_stands_beside_what_is_shown(now, tab) -> None:
    call(now, BOB, ago=timedelta(0))
    budget(now, "overall", "", "400")
    budget(now, "account", BOB, "2")
    budget(now, "feature", "chat", "30")
    budget(now, "overall", "", "5", "day")
    lines = [(await shown(tab, ADA, query)).budget for query in ("", "?feature=chat", "?feature=chat&model=gpt-4o")]
    assert [line.title for line in lines] == ["Budget of everybody", "Budget of chat", ""]
    assert lines[0].spent.endswith("of $400.00 spent this month")
    assert (await shown(tab, BOB)).budget.title == f"Budget of {BOB}"
    assert (await shown(tab, BOB, "?feature=chat")).budget.title == ""


async def test_it_says_when_a_budget_will_be_used_up_at_this_pace(now, tab) -> None:
    call(now, BOB, cost=Decimal(70_000))
    budget(now, "overall", "", "100000")
    assert re.fullmatch(r"\$100k left until 1 \w{3}", (await shown(tab, ADA)).budget.pace)
    with now.db.writing() as session:
        (view,) = decisions.views(session, UTC_ZONE)
        decisions.change(session, view.standing.rule.id, Decimal("0.5"))
    today = datetime.now(UTC)
    assert (await shown(tab, ADA)).budget.pace == f"at this pace used up on {today:%-d %b}"
