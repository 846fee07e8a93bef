"""The links under which a conversation of one's own is shown to anybody: made, looked through, withdrawn."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.chat import conversations, shares
from fluxgate_app.errors import FluxGateError, NotFound
from fluxgate_app.states.person import identity_of


@dataclass(frozen=True)
class ShareLine:
    """A link that still opens; times are ISO, `expires_at` is empty for one without an end."""

    id: str
    created_at: str
    expires_at: str


class Shares(rx.State):
    """What the dialog shows: of which conversation, which links, and the new one's path, which is shown once."""

    conversation: str = ""
    title: str = ""
    links: list[ShareLine] = []
    path: str = ""
    trouble: str = ""
    answered: int = 0
    _opened_at: str = ""

    @rx.event
    async def open(self, conversation_id: str, path: str):
        """Show the links of this conversation, on the page at `path`; nothing for one that is not one's own.

        What the State knows of the browser's address is older than that while a page is busy.
        """
        identity = await identity_of(self)
        self.reset()
        self._opened_at = path
        with suppress(NotFound):
            await self._read(identity, conversation_id)

    @rx.event
    async def leave(self):
        """A page has loaded: a dialog of another one is over. Where this page was slow, one of its own may be open,
        or one of the chat that has just got its address.
        """
        if self.router.url.path not in (self._opened_at, f"/c/{self.conversation}"):
            self.reset()

    @rx.event
    async def close(self):
        """Forget what was shown."""
        await identity_of(self)
        self.reset()

    @rx.event
    async def create(self, conversation_id: str, days: int):
        """Make a link that ends after so many days, never for 0."""
        identity = await identity_of(self)
        await self._change(identity, shares.create, conversation_id, days or None)

    @rx.event
    async def withdraw(self, conversation_id: str, share_id: str):
        """From now on this link opens nothing."""
        identity = await identity_of(self)
        await self._change(identity, shares.withdraw, conversation_id, share_id)

    async def _change(self, identity: Identity, change: Any, conversation_id: str, how: Any) -> None:
        self.trouble, self.path = "", ""
        self.answered += 1
        try:
            made = await wiring.current().db.write(change, identity.account_id, conversation_id, how)
            self.path = f"/s/{made[0]}" if made else ""
            await self._read(identity, conversation_id)
        except FluxGateError as error:
            self.trouble = error.message

    async def _read(self, identity: Identity, conversation_id: str) -> None:
        read, account = wiring.current().db.read, identity.account_id
        found = await read(conversations.get, account, conversation_id)
        links = await read(shares.newest, account, conversation_id)
        self.conversation, self.title = found.id, found.title or "New chat"
        self.links = [
            ShareLine(link.id, link.created_at.isoformat(), link.expires_at.isoformat() if link.expires_at else "")
            for link in links
        ]
