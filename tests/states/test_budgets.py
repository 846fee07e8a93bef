"""Budgets as admins set them on their page, and what the chat says of them."""

from decimal import Decimal

import pytest

from fluxgate_app.errors import Forbidden
from fluxgate_app.events.budgets import decisions
from fluxgate_app.states.budgets import Budgets
from fluxgate_app.states.chat import Chat

from .test_settings import opened

WANTED = {"scope": "account", "subject": "bob@example.com", "limit": "$12.50", "period": "day", "unpriced": ["refuse"]}


async def test_a_budget_is_set_changed_and_removed(now, tab) -> None:
    budgets = await opened(tab, "ada@example.com", Budgets)
    await Budgets.make.fn(budgets, WANTED)
    [line] = budgets.lines
    assert (line.title, line.kind, line.spent) == ("bob@example.com", "account", "$0 of $12.50 spent today")
    assert (line.percent, line.level, line.unpriced) == (0, "good", "refuses calls without a price")
    assert line.anew.startswith("at most $12.50 a day, anew on ")
    await Budgets.change.fn(budgets, {"budget": line.id, "limit": "5"})
    assert budgets.lines[0].spent == "$0 of $5.00 spent today"
    await Budgets.remove.fn(budgets, line.id)
    assert budgets.lines == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"limit": ""}, "Limit: write an amount in USD"),
        ({"limit": "much"}, "'much' is no amount of USD"),
        ({"limit": "0"}, "A budget is 0.000001 to 1,000,000 USD"),
        ({"subject": ""}, "Say whose budget it is"),
        ({"subject": "eve@example.com"}, "There is no such account"),
        ({"scope": "planet"}, "A budget's scope is among overall, account, feature, apiKey"),
        ({"scope": "overall"}, "The overall budget is everybody's"),
    ],
)
async def test_what_is_no_budget_is_refused_in_words(now, tab, wrong, words) -> None:
    budgets = await opened(tab, "ada@example.com", Budgets)
    await Budgets.make.fn(budgets, WANTED | wrong)
    assert words in budgets.making.trouble
    assert budgets.lines == []


async def test_nobody_but_an_admin_sees_or_changes_budgets(now, tab) -> None:
    budgets = await opened(tab, "bob@example.com", Budgets)
    assert budgets.is_loading
    for handler, arguments in ((Budgets.make, (WANTED,)), (Budgets.change, ({},)), (Budgets.remove, ("budget_1",))):
        with pytest.raises(Forbidden):
            await handler.fn(budgets, *arguments)


async def load(tab, email: str) -> Chat:
    chat = await tab(email).get_state(Chat)
    async for _ in Chat.load.fn(chat):
        pass
    return chat


async def test_the_chat_says_what_is_left_of_one_s_own_budget(now, tab) -> None:
    with now.db.writing() as session:
        decisions.add(session, "overall", "", "day", Decimal(2))
        decisions.add(session, "account", "bob@example.com", "month", Decimal(5))
    await now.budgets.refresh()
    assert (await load(tab, "bob@example.com")).budget == {"left": "$5.00", "limit": "$5.00", "period": "month"}
    assert (await load(tab, "ada@example.com")).budget == {"left": "$2.00", "limit": "$2.00", "period": "day"}


async def test_a_question_that_no_budget_is_left_for_is_given_back(now, tab) -> None:
    with now.db.writing() as session:
        decisions.add(session, "account", "bob@example.com", "day", Decimal("0.000001"))
    await now.budgets.refresh()
    chat = await load(tab, "bob@example.com")
    chat.model = "anthropic/claude-sonnet-4-6"
    await Chat.send.fn(chat, "What is TCP?")
    assert chat.error.message.startswith("Budget reached: $0.000001 a day for this account; it begins anew on ")
    assert (chat.error.code, chat.refused, chat._unsent) == ("budget", 1, ("What is TCP?", None, ""))
    assert chat.conversation == ""
