"""Alerts as a process looks after them: it looks for them, keeps what is new, and sends what is due."""

import logging
from zoneinfo import ZoneInfo

from fluxgate_app.db import Database
from fluxgate_app.events.alerts import findings, told
from fluxgate_app.events.alerts.webhook import AlertWebhook
from fluxgate_app.models.columns import now

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 20


class Alerts:
    """Every process may do all of it at any time: each alert is kept once, and sent by one of them at a time."""

    def __init__(self, database: Database, zone: str, webhook: AlertWebhook):
        self.webhook = webhook
        self._database = database
        self._zone = ZoneInfo(zone)

    async def look(self) -> list[str]:
        """Tell of what there is to tell; gives the ids of what nobody had heard of."""
        found = await self._database.read(lambda session: list(findings.find(session, self._zone, now())))
        if not found:
            return []
        return await self._database.write(told.keep, found, sends=bool(await self.webhook.url()))

    async def send(self) -> int:
        """Send what is due; says how many were taken. What is not is tried again, ever more seldom."""
        taken = 0
        for _ in range(MOST_AT_ONCE):
            if not await self._database.read(told.is_due, now()):
                break
            alert = await self._database.write(told.take_due, now())
            if alert is None:
                break
            error = await self.webhook.deliver(alert)
            await self._database.write(told.sent, alert.id, error)
            if error is None:
                taken += 1
            else:
                logger.warning("alert %s could not be sent: %s", alert.id, error)
        return taken
