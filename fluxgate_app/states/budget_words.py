"""Budgets in words, for those who may know them."""

from decimal import Decimal

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat.generations import FEATURE
from fluxgate_app.events.budgets.ledger import Standing
from fluxgate_app.events.budgets.words import usd
from fluxgate_app.models import BudgetPeriod
from fluxgate_app.states.figures import money
from fluxgate_app.tracking import Owner

_WHEN = {BudgetPeriod.DAY: "today", BudgetPeriod.MONTH: "this month"}
WARNS_AT, FULL = 80, 100


async def left_for(identity: Identity) -> dict[str, str]:
    """What is left for chatting, of the budget that has the least: {left, limit, period}.

    Empty when there is none that they may know.
    """
    budgets = wiring.current().budgets
    applying = budgets.applying(Owner(identity.account_id), FEATURE)
    known = [rule for rule in applying if identity.is_admin or not rule.is_shared]
    tightest = min(await budgets.standings(known), key=lambda standing: standing.left, default=None)
    if tightest is None:
        return {}
    rule = tightest.rule
    return {"left": money(tightest.left), "limit": usd(rule.amount), "period": rule.period.value}


def spent(standing: Standing) -> str:
    """`$4.58 of $5.00 spent today`."""
    # To the cent beside a limit that is: $12.6 of $12.50 reads as a mistake.
    amount = usd(standing.spent) if standing.spent >= 1 else money(standing.spent)
    return f"{amount} of {usd(standing.rule.amount)} spent {_WHEN[standing.rule.period]}"


def percent(standing: Standing) -> int:
    """How much of it is spent, at most 100; not 100 before it is all."""
    return int(min(Decimal(FULL), standing.spent * FULL / standing.rule.amount))


def level(standing: Standing) -> str:
    """`good`, from 80 % on `warn`, `bad` when all is spent."""
    share = percent(standing)
    return "bad" if share >= FULL else "warn" if share >= WARNS_AT else "good"
