"""The prices that admins set before the public list."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import Invalid
from fluxgate_app.events import price_overrides
from fluxgate_app.models import PriceOverride
from fluxgate_app.states.admin_tab import AdminTab
from fluxgate_app.states.form import Outcome, Values, text
from fluxgate_app.states.person import admin_of, zone_of
from fluxgate_app.tracking import CostOverride


@dataclass(frozen=True)
class PriceLine:
    """Prices in words; `since` is a day."""

    id: str
    model: str
    prices: str
    since: str
    source: str


class Prices(AdminTab, rx.State):
    """What was set, the newest first, and the form that sets more."""

    lines: list[PriceLine] = []
    making: Outcome = Outcome()
    removing: Outcome = Outcome()

    @rx.event
    async def make(self, values: Values):
        """Price calls so, from this day on."""
        admin = await admin_of(self)
        self.making = await self.making.then(self._make(admin, values))
        await self._read()

    @rx.event
    async def remove(self, price_id: str):
        """Price calls without these from now on."""
        await admin_of(self)
        work = wiring.current().db.write(price_overrides.remove, price_id)
        self.removing = await self.removing.then(work)
        await self._read()

    async def _make(self, admin: Identity, values: Values) -> None:
        given = [price_overrides.usd(text(values, part).strip()) for part in price_overrides.PARTS]
        await wiring.current().db.write(
            price_overrides.add,
            text(values, "provider"),
            text(values, "model"),
            _begin(text(values, "since"), zone_of(self)),
            CostOverride(*given),
            source=text(values, "source").strip(),
            made_by=admin.account_id,
        )

    async def _read(self) -> None:
        now = wiring.current()
        # Other processes notice a change within seconds; this one need not wait.
        await now.price_rules.refresh()
        self.lines = [_line(row, zone_of(self)) for row in await now.db.read(price_overrides.newest)]


def _begin(day: str, zone: ZoneInfo) -> datetime:
    if not day:
        return datetime.now(UTC)
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("From: write a day such as 2026-03-01, or nothing") from None


def _line(row: PriceOverride, zone: ZoneInfo) -> PriceLine:
    given = [
        f"{part.replace('_', ' ')} ${amount.normalize():f}"
        for part in price_overrides.PARTS
        if (amount := getattr(row, part)) is not None
    ]
    since = f"from {row.since.astimezone(zone):%-d %b %Y} on"
    return PriceLine(row.id, f"{row.provider}/{row.model}", ", ".join(given), since, row.source)
