"""Alerts, for admins: what was told, by which rules, and where it is sent."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import Invalid
from fluxgate_app.events.alerts import rules, told
from fluxgate_app.events.alerts.told import AlertView
from fluxgate_app.events.budgets.words import usd
from fluxgate_app.models import AlertKind, AlertRule
from fluxgate_app.states.admin_tab import AdminTab
from fluxgate_app.states.form import Outcome, Values, text, whole
from fluxgate_app.states.person import Person, admin_of

_RULES = {
    AlertKind.SPEND: "more than {} spent",
    AlertKind.ERROR_RATE: "more than {} % of requests failed",
    AlertKind.LATENCY: "first token later than {} ms (p95)",
    AlertKind.DURATION: "requests longer than {} ms (p95)",
    AlertKind.UNPRICED: "more than {} calls of a model without a price",
}


@dataclass(frozen=True)
class AlertLine:
    """Something that was told, in words; `at` is an ISO time."""

    id: str
    message: str
    at: str
    sent: str
    is_known: bool


@dataclass(frozen=True)
class RuleLine:
    """A rule in words."""

    id: str
    title: str
    window: str


class Alerts(AdminTab, rx.State):
    """The last alerts, the rules, and the webhook; `secret` signs it, there until the page has shown it."""

    lines: list[AlertLine] = []
    rules: list[RuleLine] = []
    webhook: str = ""
    secret: str = ""
    making: Outcome = Outcome()
    removing: Outcome = Outcome()
    pointing: Outcome = Outcome()
    seeing: Outcome = Outcome()

    @rx.event
    async def make(self, values: Values):
        """Tell of this too."""
        admin = await admin_of(self)
        self.making = await self.making.then(self._make(admin, values))
        await self._read()

    @rx.event
    async def remove(self, rule_id: str):
        """Tell of it no more."""
        await admin_of(self)
        self.removing = await self.removing.then(wiring.current().db.write(rules.remove, rule_id))
        await self._read()

    @rx.event
    async def point(self, values: Values):
        """Send alerts to this address, or to none."""
        admin = await admin_of(self)
        self.pointing = await self.pointing.then(self._point(admin, text(values, "url")))
        await self._read()

    @rx.event
    async def forget(self):
        """The page has the secret, so that nobody else need keep it."""
        await admin_of(self)
        self.secret = ""

    @rx.event
    async def acknowledge(self, alert_id: str):
        """This is known now; all of them when none is named."""
        admin = await admin_of(self)
        work = wiring.current().db.write(told.acknowledge, admin.account_id, [alert_id] if alert_id else None)
        self.seeing = await self.seeing.then(work)
        await self._read()
        return Person.greet

    async def _make(self, admin: Identity, values: Values) -> None:
        minutes = whole(values, "minutes", "Over the last minutes")
        if minutes is None:
            raise Invalid("Over the last minutes: write a whole number")
        threshold = _number(text(values, "threshold"))
        await wiring.current().db.write(rules.add, text(values, "kind"), threshold, minutes, admin.account_id)

    async def _point(self, admin: Identity, url: str) -> None:
        self.secret = await wiring.current().alerts.webhook.point_to(url, admin.account_id)

    async def _read(self) -> None:
        now = wiring.current()
        self.webhook = await now.alerts.webhook.url()
        self.rules = [_rule(row) for row in await now.db.read(rules.newest)]
        self.lines = [_line(view) for view in await now.db.read(told.newest)]


def _number(written: str) -> Decimal:
    try:
        return Decimal(written.strip().removeprefix("$").removesuffix("%"))
    except InvalidOperation:
        raise Invalid(f"More than: {written[:50]!r} is no number") from None


def _rule(row: AlertRule) -> RuleLine:
    threshold = usd(row.threshold) if row.kind is AlertKind.SPEND else f"{row.threshold.normalize():f}"
    return RuleLine(row.id, _RULES[row.kind].format(threshold), f"over the last {row.window_minutes} minutes")


def _line(view: AlertView) -> AlertLine:
    if view.delivered_at:
        sent = "sent to the webhook"
    elif view.error:
        sent = f"not sent, after {view.attempts} attempts: {view.error}"
    else:
        sent = ""
    return AlertLine(view.id, view.message, view.created_at.isoformat(), sent, view.acknowledged_at is not None)
