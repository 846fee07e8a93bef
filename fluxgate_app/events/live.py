"""Wake whoever watches when calls were stored, by this process or another."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from fluxgate_app.db import Database
from fluxgate_app.events.queries import latest_row_id
from fluxgate_app.events.shared_reads import SharedReads

POLL_SECONDS = 1.0
TICK_SECONDS = 1.0


class Changes:
    """One watcher's view: `wait` returns when something was stored since it returned last."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    async def wait(self) -> None:
        """Return at the next change, at once when there was one meanwhile."""
        await self._changed.wait()
        self._changed.clear()

    def wake(self) -> None:
        """Let `wait` return."""
        self._changed.set()


class Live:
    """Tells all watchers of this process at once about its own commits, within a second about those of others.

    A lone change wakes them as it comes; where many come, all are woken together once a second, so that what they read
    then is read once for all of them (`reads`). The table is asked once a second too, and only while somebody watches.
    """

    def __init__(self, database: Database):
        self.reads = SharedReads()
        self._database = database
        self._watchers: set[Changes] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poll: asyncio.Task[None] | None = None
        self._next_tick: asyncio.TimerHandle | None = None
        self._ticked_at = -TICK_SECONDS

    def stored(self, tracking_ids: Sequence[str]) -> None:
        """Wake all watchers: the recorder calls this, in its own thread, with what it has stored."""
        if (loop := self._loop) is not None:
            loop.call_soon_threadsafe(self._tick_when_due)

    @asynccontextmanager
    async def subscribe(self) -> AsyncGenerator[Changes]:
        """Watch until the block ends."""
        changes = Changes()
        self._watchers.add(changes)
        self._loop = asyncio.get_running_loop()
        if self._poll is None:
            self._poll = asyncio.create_task(self._look_for_others())
        try:
            yield changes
        finally:
            self._watchers.remove(changes)
            if not self._watchers:
                self._poll.cancel()
                self._poll = self._loop = None

    def _tick_when_due(self) -> None:
        if self._next_tick is None:
            loop = asyncio.get_running_loop()
            self._next_tick = loop.call_at(max(loop.time(), self._ticked_at + TICK_SECONDS), self._tick)

    def _tick(self) -> None:
        self._next_tick, self._ticked_at = None, asyncio.get_running_loop().time()
        for changes in self._watchers:
            changes.wake()

    async def _look_for_others(self) -> None:
        seen = None
        while True:
            try:
                latest = await self._database.read(latest_row_id)
            except SQLAlchemyError:
                latest = seen
            if seen is not None and latest != seen:
                self._tick_when_due()
            seen = latest
            await asyncio.sleep(POLL_SECONDS)
