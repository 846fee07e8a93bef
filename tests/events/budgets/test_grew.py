"""An answer that grows holds more in time, and is cut when nothing is left."""

import asyncio
from decimal import Decimal

import pytest

from fluxgate_app.errors import Blocked

from .conftest import admit


async def grow(hold, characters: int) -> None:
    for now in range(0, characters + 1, 40):
        hold.grew(now)
        await asyncio.sleep(0.002)


async def test_a_long_answer_holds_more_as_it_grows(budgets, set_budget):
    set_budget(10)
    await budgets.refresh()
    hold = await admit(budgets)
    await grow(hold, 8000)
    [standing] = await budgets.standings(hold._rules)
    assert standing.held >= 2
    assert standing.held <= 4


async def test_it_is_cut_when_all_that_is_left_is_used(budgets, set_budget):
    set_budget("0.5")
    await budgets.refresh()
    hold = await admit(budgets)
    with pytest.raises(Blocked, match="Budget reached"):
        await grow(hold, 4000)
    [standing] = await budgets.standings(hold._rules)
    assert standing.held == Decimal("0.5")


async def test_it_is_not_cut_before(budgets, set_budget):
    set_budget("0.5")
    await budgets.refresh()
    await grow(await admit(budgets), 1960)


async def test_an_answer_that_may_be_only_so_long_asks_for_no_more(budgets, set_budget):
    set_budget(10)
    await budgets.refresh()
    hold = await admit(budgets, most_tokens=500)
    await grow(hold, 2400)
    [standing] = await budgets.standings(hold._rules)
    assert standing.held == Decimal("0.5")


async def test_one_that_is_longer_than_it_may_be_is_cut_all_the_same(budgets, set_budget):
    set_budget("0.6")
    await budgets.refresh()
    hold = await admit(budgets, most_tokens=500)
    with pytest.raises(Blocked):
        await grow(hold, 12_000)
