"""The conversations of a person, by day, for the sidebar."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.chat import conversations
from fluxgate_app.errors import NotFound
from fluxgate_app.states.person import identity_of, zone_of
from fluxgate_app.tracking import Owner

SHOWN = 100


@dataclass(frozen=True)
class PastChat:
    """One line of the list."""

    id: str
    title: str


@dataclass(frozen=True)
class Day:
    """What was last used today, yesterday, this week and so on."""

    title: str
    conversations: list[PastChat]


class Conversations(rx.State):
    """The list, and the one conversation that is about to be deleted."""

    days: list[Day] = []
    doubtful: str = ""

    @rx.event
    async def load(self):
        """Read the newest ones."""
        identity = await identity_of(self)
        page = await wiring.current().db.read(conversations.newest, identity.account_id, SHOWN)
        self.days = by_day(page.conversations, datetime.now(zone_of(self)))
        self.doubtful = ""

    @rx.event
    def ask(self, conversation_id: str):
        """Ask before deleting."""
        self.doubtful = conversation_id

    @rx.event
    def keep(self):
        """It was not meant."""
        self.doubtful = ""

    @rx.event
    async def delete(self, conversation_id: str):
        """Delete it; what is being written in it is stopped. Whoever looks at it goes to a new chat."""
        identity = await identity_of(self)
        # Another tab may have been faster.
        with suppress(NotFound):
            await wiring.current().generations.delete(Owner(identity.account_id), conversation_id)
        if self.router.url.path == f"/c/{conversation_id}":
            return rx.redirect("/")
        return Conversations.load


def by_day(newest_first: list[conversations.ConversationView], now: datetime) -> list[Day]:
    """Grouped as the viewer's calendar has it; `now` is in their zone."""
    zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else ZoneInfo("UTC")

    def day_of(conversation: conversations.ConversationView) -> str:
        return _title(conversation.updated_at.astimezone(zone).date(), now.date())

    return [
        Day(title, [PastChat(one.id, one.title or "New chat") for one in chats])
        for title, chats in groupby(newest_first, day_of)
    ]


def _title(day: date, today: date) -> str:
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return "Last 7 days"
    if day > today - timedelta(days=30):
        return "Last 30 days"
    return f"{day:%B %Y}"
