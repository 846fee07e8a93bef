"""How long texts, requests and figures are kept, for admins to decide."""

import asyncio
from datetime import UTC, datetime

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.admin_settings import Decided
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.events.prune import Ages, kept_since, prune
from fluxgate_app.states.admin_tab import AdminTab
from fluxgate_app.states.form import Outcome, Values, whole
from fluxgate_app.states.person import admin_of, zone_of

PARTS = ("contents", "requests", "figures")
_KEPT_TEXTS = {
    "off": "Prompts and answers are not kept.",
    "redact": "Prompts and answers are kept; e-mails, phone and card numbers and keys are taken out of them.",
    "full": "Prompts and answers are kept as they are.",
}


class Retention(AdminTab, rx.State):
    """`days` and `since` are by part, empty where it is kept for ever and where nothing was deleted yet."""

    days: dict[str, str] = dict.fromkeys(PARTS, "")
    since: dict[str, str] = dict.fromkeys(PARTS, "")
    content_logging: str = ""
    kept_texts: str = ""
    saving: Outcome = Outcome()
    pruning: Outcome = Outcome()

    @rx.event
    async def save(self, values: Values):
        """Keep each part for so many days, or for ever."""
        admin = await admin_of(self)
        self.saving = await self.saving.then(self._save(admin, values), "Saved")
        await self._read()

    @rx.event
    async def prune(self):
        """Delete now what is older, instead of within the hour."""
        await admin_of(self)
        decided = await wiring.current().admin_settings.current()
        work = asyncio.to_thread(prune, wiring.current().db, ages(decided), datetime.now(UTC))
        self.pruning = await self.pruning.then(work)
        await self._read()

    async def _save(self, admin: Identity, values: Values) -> None:
        wanted = Ages(*(whole(values, part, part.capitalize()) for part in PARTS))
        days = {f"{part}_days": getattr(wanted, part) for part in PARTS}
        await wiring.current().admin_settings.decide(admin.account_id, **days)

    async def _read(self) -> None:
        now = wiring.current()
        kept = ages(await now.admin_settings.current())
        self.days = {part: str(getattr(kept, part) or "") for part in PARTS}
        marks = {part: await now.db.read(kept_since, part) for part in PARTS}
        self.since = {part: _day(mark.astimezone(zone_of(self))) if mark else "" for part, mark in marks.items()}
        self.content_logging = now.settings.content_logging
        self.kept_texts = _KEPT_TEXTS[self.content_logging]


def ages(decided: Decided) -> Ages:
    """What was decided."""
    return Ages(decided.contents_days, decided.requests_days, decided.figures_days)


def _day(moment: datetime) -> str:
    return f"{moment:%-d %b %Y}"
