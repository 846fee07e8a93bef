"""What a process held that died is free again once its lease has run out."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import select

from fluxgate_app.events import sweep
from fluxgate_app.events.budgets import ledger
from fluxgate_app.events.budgets.ledger import Wish
from fluxgate_app.events.budgets.rule import rule_of
from fluxgate_app.models import Budget, BudgetHold
from fluxgate_app.models.columns import now


def hold(database, budget_id: str, at):
    with database.writing() as session:
        rule = rule_of(session.get_one(Budget, budget_id), ZoneInfo("UTC"))
        ledger.reserve(session, "proc_dead", [Wish("evt_1", [rule], Decimal(3))], {}, at)
    return rule


def held(database, rule, at) -> Decimal:
    with database.reading() as session:
        return ledger.standings(session, [rule], at)[rule.id].held


def test_it_counts_while_its_process_lives(database, set_budget):
    at = now()
    rule = hold(database, set_budget(9), at)
    with database.writing() as session:
        sweep.renew(session, "proc_dead", at + timedelta(minutes=5), 0)
    assert held(database, rule, at + timedelta(minutes=4)) == 3
    assert held(database, rule, at + timedelta(minutes=6)) == 0


def test_it_counts_for_a_while_before_its_process_is_known(database, set_budget):
    at = now()
    rule = hold(database, set_budget(9), at)
    assert held(database, rule, at + timedelta(seconds=29)) == 3
    assert held(database, rule, at + timedelta(seconds=31)) == 0


async def test_it_is_forgotten_by_those_who_live(database, set_budget, budgets):
    hold(database, set_budget(9), now() - timedelta(minutes=1))
    await budgets.refresh()
    with database.reading() as session:
        assert session.exec(select(BudgetHold)).all() == []
