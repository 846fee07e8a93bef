"""Wake whoever watches when calls were stored, by this process or another."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from fluxgate_app.db import Database
from fluxgate_app.events.queries import latest_row_id

POLL_SECONDS = 1.0


class Changes:
    """One watcher's view: `wait` returns when something was stored since it returned last."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()

    async def wait(self) -> None:
        """Return at the next change, at once when there was one meanwhile."""
        await self._changed.wait()
        self._changed.clear()

    def wake(self) -> None:
        """Let `wait` return; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._changed.set)


class Live:
    """Tells all watchers of this process at once about its own commits, within a second about those of others.

    The table is asked once a second for all of them, and only while somebody watches.
    """

    def __init__(self, database: Database):
        self._database = database
        self._watchers: set[Changes] = set()
        self._poll: asyncio.Task[None] | None = None

    def stored(self, tracking_ids: Sequence[str]) -> None:
        """Wake all watchers: the recorder calls this, in its own thread, with what it has stored."""
        for changes in tuple(self._watchers):
            changes.wake()

    @asynccontextmanager
    async def subscribe(self) -> AsyncGenerator[Changes]:
        """Watch until the block ends."""
        changes = Changes()
        self._watchers.add(changes)
        if self._poll is None:
            self._poll = asyncio.create_task(self._look_for_others())
        try:
            yield changes
        finally:
            self._watchers.remove(changes)
            if not self._watchers:
                self._poll.cancel()
                self._poll = None

    async def _look_for_others(self) -> None:
        seen = None
        while True:
            try:
                latest = await self._database.read(latest_row_id)
            except SQLAlchemyError:
                latest = seen
            if seen is not None and latest != seen:
                self.stored(())
            seen = latest
            await asyncio.sleep(POLL_SECONDS)
