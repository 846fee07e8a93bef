"""A call is admitted while its budgets have something left, and holds what it may spend."""

import asyncio
import itertools
from decimal import Decimal

import pytest

from fluxgate_app.errors import Blocked
from fluxgate_app.events.budgets.budgets import Budgets
from fluxgate_app.events.budgets.ledger import Standing
from fluxgate_app.tracking import Owner

from .conftest import admit


async def standing(budgets: Budgets) -> Standing:
    return (await budgets.standings(budgets.applying(Owner("usr_alice", "key_alice"), "chat")))[0]


async def test_a_call_holds_what_it_reads_and_a_thousand_tokens(budgets, set_budget):
    set_budget(5)
    await budgets.refresh()
    assert await admit(budgets, characters=4000) is not None
    assert await standing(budgets) == Standing(budgets.applying(Owner(), None)[0], Decimal(0), Decimal(2))


async def test_it_holds_as_many_tokens_as_the_call_may_write(budgets, set_budget):
    set_budget(5)
    await budgets.refresh()
    await admit(budgets, most_tokens=250)
    assert (await standing(budgets)).held == Decimal("0.25")


async def test_it_holds_what_is_left_when_that_is_less(budgets, set_budget):
    set_budget("0.4")
    await budgets.refresh()
    await admit(budgets, characters=400)
    assert (await standing(budgets)).left == 0


async def test_it_refuses_a_whole_answer_of_a_stated_length_that_is_more_than_is_left(budgets, set_budget):
    set_budget("0.4")
    await budgets.refresh()
    with pytest.raises(Blocked, match="Budget reached"):
        await admit(budgets, most_tokens=500)
    assert (await standing(budgets)).left == Decimal("0.4")


async def test_it_admits_a_stream_of_that_length_as_that_can_be_cut(budgets, set_budget):
    set_budget("0.4")
    await budgets.refresh()
    await admit(budgets, most_tokens=500, streams=True)
    assert (await standing(budgets)).left == 0


async def test_it_refuses_when_nothing_is_left(budgets, set_budget):
    set_budget(1)
    await budgets.refresh()
    await admit(budgets)
    with pytest.raises(Blocked, match=r"Budget reached: .* a day for all calls .*try again when they have ended"):
        await admit(budgets)


async def test_it_refuses_a_question_that_alone_costs_more_than_is_left(budgets, set_budget):
    set_budget("0.5")
    await budgets.refresh()
    with pytest.raises(Blocked):
        await admit(budgets, characters=4000)
    assert (await standing(budgets)).held == 0


async def test_a_call_that_ended_holds_only_what_it_cost(budgets, set_budget):
    set_budget(1)
    await budgets.refresh()
    first = await admit(budgets)
    assert first is not None
    first.ended(Decimal("0.1"))
    await admit(budgets, most_tokens=900)
    assert (await standing(budgets)).held == Decimal(1)


async def test_a_call_that_never_was_holds_nothing(budgets, set_budget):
    set_budget(1)
    await budgets.refresh()
    first = await admit(budgets)
    assert first is not None
    first.ended(None)
    assert await admit(budgets) is not None


async def test_a_hundred_calls_at_once_hold_no_more_than_there_is(budgets, set_budget):
    set_budget(10)
    await budgets.refresh()
    outcomes = await asyncio.gather(*(admit(budgets) for _ in range(100)), return_exceptions=True)
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 10
    assert (await standing(budgets)).left == 0


async def test_several_processes_at_once_hold_no_more_than_there_is(database, set_budget):
    set_budget(10)
    processes = [Budgets(database, f"proc_{number}", "UTC") for number in range(4)]
    for each in processes:
        await each.refresh()
    calls = (admit(each) for _, each in itertools.product(range(10), processes))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 10


async def test_the_tightest_of_several_budgets_counts(budgets, set_budget):
    set_budget(5)
    set_budget("0.3", "account", "alice@example.org", "month")
    set_budget(2, "apiKey", "abc")
    set_budget(3, "feature", "chat")
    await budgets.refresh()
    await admit(budgets)
    assert (await standing(budgets)).held == Decimal("0.3")
    with pytest.raises(Blocked, match=r"\$0.30 a month for this account"):
        await admit(budgets)


@pytest.mark.parametrize(
    ("owner", "feature"), [(Owner("usr_bob"), "chat"), (Owner(), "chat"), (Owner("usr_alice"), "search")]
)
async def test_calls_of_others_are_not_held_back(budgets, set_budget, owner, feature):
    set_budget(1, "apiKey", "key_alice")
    set_budget(1, "feature", "chats")
    await budgets.refresh()
    assert await admit(budgets, owner=owner, feature=feature) is None


async def test_without_budgets_nothing_is_estimated(budgets):
    def never():
        pytest.fail("nobody needs to know")

    await budgets.refresh()
    assert await budgets.admit(Owner("usr_alice"), "chat", never) is None


async def test_a_call_without_a_price_passes(budgets, set_budget):
    set_budget(1)
    await budgets.refresh()
    assert await admit(budgets, model="nobody knows") is None


async def test_a_budget_may_refuse_calls_without_a_price(budgets, set_budget):
    set_budget(1, refuses_unpriced=True)
    await budgets.refresh()
    with pytest.raises(Blocked, match="ask an admin to set one for 'nobody knows'") as refused:
        await admit(budgets, model="nobody knows")
    assert (refused.value.status, refused.value.code) == (403, "unpriced")


async def test_what_costs_nothing_passes_when_nothing_is_left(budgets, set_budget):
    set_budget(1)
    await budgets.refresh()
    await admit(budgets)
    assert await admit(budgets, most_tokens=0) is None


async def test_whoever_gives_up_waiting_holds_nothing(budgets, set_budget):
    set_budget(1)
    await budgets.refresh()
    waiting = asyncio.create_task(admit(budgets))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    async with asyncio.timeout(10):
        while (await standing(budgets)).held:
            await budgets.refresh()
    assert await admit(budgets) is not None


async def test_less_than_nothing_leaves_no_more_to_spend(budgets, set_budget):
    set_budget(1)
    await budgets.refresh()
    await admit(budgets, characters=400, most_tokens=-5000)
    assert (await standing(budgets)).held == Decimal("0.1")
