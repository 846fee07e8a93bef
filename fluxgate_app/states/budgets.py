"""Budgets, for admins: how they stand, one more, another limit."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import Invalid
from fluxgate_app.events.budgets import decisions
from fluxgate_app.events.budgets.decisions import BudgetView
from fluxgate_app.events.budgets.words import usd
from fluxgate_app.models import BudgetScope
from fluxgate_app.states import budget_words
from fluxgate_app.states.admin_tab import AdminTab
from fluxgate_app.states.figures import money
from fluxgate_app.states.form import Outcome, Values, chosen, text
from fluxgate_app.states.person import admin_of

_KINDS = {
    BudgetScope.OVERALL: "",
    BudgetScope.ACCOUNT: "account",
    BudgetScope.FEATURE: "feature",
    BudgetScope.API_KEY: "API key",
}


@dataclass(frozen=True)
class BudgetLine:
    """A budget in words; `percent` of it is spent, `level` is good, warn or bad."""

    id: str
    title: str
    kind: str
    spent: str
    percent: int
    level: str
    held: str
    anew: str
    unpriced: str


class Budgets(AdminTab, rx.State):
    """All budgets, the widest first, and the forms that set them."""

    lines: list[BudgetLine] = []
    making: Outcome = Outcome()
    changing: Outcome = Outcome()
    removing: Outcome = Outcome()

    @rx.var
    def choices(self) -> list[dict[str, Any]]:
        """The budgets whose limit can be changed."""
        return [{"value": line.id, "label": f"{line.title}: {line.spent}"} for line in self.lines]

    @rx.event
    async def make(self, values: Values):
        """Let calls spend so much, from now on."""
        admin = await admin_of(self)
        self.making = await self.making.then(self._make(admin, values))
        await self._read()

    @rx.event
    async def change(self, values: Values):
        """Allow more or less."""
        await admin_of(self)
        self.changing = await self.changing.then(self._change(values))
        await self._read()

    @rx.event
    async def remove(self, budget_id: str):
        """Let calls pass without it."""
        await admin_of(self)
        self.removing = await self.removing.then(wiring.current().db.write(decisions.remove, budget_id))
        await self._read()

    async def _make(self, admin: Identity, values: Values) -> None:
        await wiring.current().db.write(
            decisions.add,
            text(values, "scope"),
            text(values, "subject"),
            text(values, "period"),
            _amount(values),
            refuses_unpriced=bool(chosen(values, "unpriced")),
            made_by=admin.account_id,
        )

    async def _change(self, values: Values) -> None:
        await wiring.current().db.write(decisions.change, text(values, "budget"), _amount(values))

    async def _read(self) -> None:
        now = wiring.current()
        # Other processes notice a change within seconds; this one need not wait.
        await now.budgets.refresh()
        found = await now.db.read(decisions.views, now.budgets.zone)
        self.lines = [_line(view) for view in found]


def _amount(values: Values) -> Any:
    written = text(values, "limit")
    if not written.strip():
        raise Invalid("Limit: write an amount in USD such as 5 or 12.50")
    return decisions.usd(written)


def _line(view: BudgetView) -> BudgetLine:
    standing, rule = view.standing, view.standing.rule
    anew = view.ends_at.astimezone(rule.zone)
    return BudgetLine(
        id=rule.id,
        title=view.name or "Everybody",
        kind=_KINDS[rule.scope],
        spent=budget_words.spent(standing),
        percent=budget_words.percent(standing),
        level=budget_words.level(standing),
        held=f"{money(standing.held)} held by calls under way" if standing.held else "",
        anew=f"at most {usd(rule.amount)} a {rule.period.value}, anew on {anew:%-d %b at %H:%M} {rule.zone.key}",
        unpriced="refuses calls without a price" if rule.refuses_unpriced else "",
    )
