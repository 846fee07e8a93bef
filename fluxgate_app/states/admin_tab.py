"""What the tabs of the settings that are for admins have in common."""

from abc import abstractmethod

import reflex as rx

from fluxgate_app.states.person import identity_of


class AdminTab(rx.State, mixin=True):
    """It is read at the opening for an admin, and for nobody else, as the page says."""

    is_loading: bool = True

    @rx.event
    async def load(self):
        """Read it anew; nothing for somebody who is no admin."""
        self.reset()
        if (await identity_of(self)).is_admin:
            await self._read()
            self.is_loading = False

    @abstractmethod
    async def _read(self) -> None: ...
