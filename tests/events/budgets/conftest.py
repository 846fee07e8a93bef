"""Budgets of Alice, whose calls cost what a test says."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from fluxgate_app.db import Database
from fluxgate_app.events.budgets import decisions
from fluxgate_app.events.budgets.budgets import Budgets
from fluxgate_app.events.budgets.hold import Hold
from fluxgate_app.events.budgets.question import Question
from fluxgate_app.models import Account, ApiKey
from fluxgate_app.tracking import CostOverride, Owner
from fluxgate_app.tracking.prices import Prices

# 1 USD for a thousand tokens of either kind: a question of 4,000 characters costs one, and a usual answer another.
DOLLAR_A_THOUSAND = Prices(own={"m": CostOverride(Decimal(1000), Decimal(1000))})
ALICE = Owner("usr_alice", "key_alice")

SetBudget = Callable[..., str]


@pytest.fixture
def set_budget(database: Database) -> SetBudget:
    """`set_budget(5, "overall")`: a budget of 5 USD a day."""
    with database.writing() as session:
        session.add(Account(id="usr_alice", email="alice@example.org", password_hash="-"))
        session.flush()
        session.add(ApiKey(id="key_alice", account_id="usr_alice", name="laptop", prefix="abc", key_hash="-"))

    def make(amount, scope="overall", subject="", period="day", **more) -> str:
        with database.writing() as session:
            return decisions.add(session, scope, subject, period, Decimal(str(amount)), **more)

    return make


@pytest.fixture
def budgets(database: Database) -> Budgets:
    """Those of a process that has just read them: `await budgets.refresh()` reads them again."""
    return Budgets(database, "proc_1", "UTC")


def question(
    characters: int = 0, most_tokens: int | None = None, model: str = "m", *, streams: bool = False
) -> Callable[[], Question]:
    return lambda: Question("acme", model, DOLLAR_A_THOUSAND, lambda: ["x" * characters], most_tokens, streams=streams)


async def admit(budgets: Budgets, *, owner: Owner = ALICE, feature: str = "chat", **asked) -> Hold | None:
    return await budgets.admit(owner, feature, question(**asked))
