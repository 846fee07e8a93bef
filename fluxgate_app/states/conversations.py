"""The conversations of a person, by day, for the sidebar."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import conversations, deletion
from fluxgate_app.chat.search import LONGEST_SEARCH, Excerpt, excerpts
from fluxgate_app.errors import NotFound
from fluxgate_app.states.person import identity_of, zone_of
from fluxgate_app.tracking import Owner

SHOWN = 100


@dataclass(frozen=True)
class PastChat:
    """One line of the list; `excerpt` is what was said where the words were found, `found` the message's id."""

    id: str
    title: str
    pinned: bool = False
    excerpt: str = ""
    found: str = ""


@dataclass(frozen=True)
class Day:
    """What was last used today, yesterday, this week and so on; or what is pinned, archived or found."""

    title: str
    conversations: list[PastChat]


class Conversations(rx.State):
    """The list as it is looked at: all of it by day, what is archived, or what was found."""

    days: list[Day] = []
    loaded: bool = False
    words: str = ""
    in_archive: bool = False
    has_more: bool = False
    undo: dict[str, Any] = {}

    _shown: int = SHOWN
    _discarded_at: float = 0.0

    @rx.event
    async def load(self):
        """Read the newest ones."""
        await self._read(await identity_of(self))

    @rx.event(supersedes=True)
    async def search(self, words: str):
        """Look for these words in titles and texts; "" is the whole list again."""
        identity = await identity_of(self)
        self.words, self._shown = words[:LONGEST_SEARCH], SHOWN
        await self._read(identity)

    @rx.event
    async def show_archive(self, wanted: bool):
        """Look at what was put away, or at the rest."""
        identity = await identity_of(self)
        self.in_archive, self.words, self._shown = bool(wanted), "", SHOWN
        await self._read(identity)

    @rx.event
    async def more(self):
        """Show older ones, too."""
        identity = await identity_of(self)
        self._shown += SHOWN
        await self._read(identity)

    @rx.event
    async def pin(self, conversation_id: str, wanted: bool):
        """Keep it on top, or no more."""
        await self._change(conversations.pin, conversation_id, bool(wanted))

    @rx.event
    async def archive(self, conversation_id: str, wanted: bool):
        """Put it away, or back."""
        await self._change(conversations.archive, conversation_id, bool(wanted))

    @rx.event
    async def delete(self, conversation_id: str):
        """Delete it; what is being written in it is stopped, and for a moment it can be undone.

        Whoever looks at it goes to a new chat.
        """
        identity = await identity_of(self)
        # Another tab may have been faster.
        with suppress(NotFound):
            title = (await wiring.current().db.read(conversations.get, identity.account_id, conversation_id)).title
            await wiring.current().generations.discard(Owner(identity.account_id), conversation_id)
            self._discarded_at = time.monotonic()
            # Two bars from one conversation are two bars.
            self.undo = {"id": conversation_id, "title": title, "stamp": self._discarded_at}
        await self._read(identity)
        if self.router.url.path == f"/c/{conversation_id}":
            return rx.redirect("/")
        return None

    @rx.event
    async def restore(self, conversation_id: str):
        """It was not meant."""
        self.undo = {}
        await self._change(deletion.restore, conversation_id)

    async def _change(self, change: Any, conversation_id: str, *wanted: bool) -> None:
        identity = await identity_of(self)
        with suppress(NotFound):
            await wiring.current().db.write(change, identity.account_id, conversation_id, *wanted)
        await self._read(identity)

    async def _read(self, identity: Identity) -> None:
        read, account = wiring.current().db.read, identity.account_id
        if time.monotonic() - self._discarded_at > deletion.UNDO_SECONDS:
            self.undo = {}
        if self.words.strip():
            here = await read(conversations.newest, account, self._shown, words=self.words, archived=self.in_archive)
            elsewhere = [one.id for one in here.conversations if self.words.strip().lower() not in one.title.lower()]
            said = await read(excerpts, account, elsewhere, self.words)
            self.days = [Day("Found", [_line(one, said.get(one.id)) for one in here.conversations])]
        elif self.in_archive:
            here = await read(conversations.newest, account, self._shown, archived=True)
            self.days = [Day("Archived", list(map(_line, here.conversations)))]
        else:
            pinned = await read(conversations.newest, account, SHOWN, pinned=True)
            here = await read(conversations.newest, account, self._shown, pinned=False)
            self.days = [
                Day("Pinned", list(map(_line, pinned.conversations))),
                *by_day(here.conversations, datetime.now(zone_of(self))),
            ]
        self.days = [day for day in self.days if day.conversations]
        self.has_more, self.loaded = here.next_cursor is not None, True


def by_day(newest_first: list[conversations.ConversationView], now: datetime) -> list[Day]:
    """Grouped as the viewer's calendar has it; `now` is in their zone."""
    zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else ZoneInfo("UTC")

    def day_of(conversation: conversations.ConversationView) -> str:
        return _title(conversation.updated_at.astimezone(zone).date(), now.date())

    return [Day(title, list(map(_line, chats))) for title, chats in groupby(newest_first, day_of)]


def _line(conversation: conversations.ConversationView, said: Excerpt | None = None) -> PastChat:
    about = conversation.id, conversation.title or "New chat", conversation.pinned
    return PastChat(*about, said.text, said.message_id) if said else PastChat(*about)


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
