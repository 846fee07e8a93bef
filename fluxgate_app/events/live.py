"""Wake whoever watches when calls were stored, by this process or another."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from fluxgate_app.db import Database
from fluxgate_app.events.queries import latest_row_id, stored_after
from fluxgate_app.events.shared_reads import SharedReads

POLL_SECONDS = 1.0
TICK_SECONDS = 1.0
# So many are woken once in TICK_SECONDS; fewer, who ask for less together, up to four times as often.
MANY_WATCHERS = 50


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

    A lone change wakes them as it comes; where many come, all are woken together, once a second when they are many,
    so that what they read then is read once for all of them (`reads`). The table is asked once a second too, and only
    while somebody watches.
    """

    def __init__(self, database: Database):
        self.reads = SharedReads()
        self._database = database
        self._watchers: set[Changes] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poll: asyncio.Task[None] | None = None
        self._next_tick: asyncio.TimerHandle | None = None
        self._ticked_at = -TICK_SECONDS
        # What this process has told of since it looked for others.
        self._own: set[str] = set()

    def stored(self, tracking_ids: Sequence[str]) -> None:
        """Wake all watchers: the recorder calls this, in its own thread, with what it has stored."""
        if (loop := self._loop) is not None:
            loop.call_soon_threadsafe(self._hear, tracking_ids)

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
                self._own.clear()

    def _hear(self, tracking_ids: Sequence[str]) -> None:
        self._own.update(tracking_ids)
        self._tick_when_due()

    def _tick_when_due(self) -> None:
        if self._next_tick is None:
            loop = asyncio.get_running_loop()
            self._next_tick = loop.call_at(max(loop.time(), self._ticked_at + self._pause), self._tick)

    @property
    def _pause(self) -> float:
        return TICK_SECONDS * min(1.0, max(0.25, len(self._watchers) / MANY_WATCHERS))

    def _tick(self) -> None:
        self._next_tick, self._ticked_at = None, asyncio.get_running_loop().time()
        for changes in self._watchers:
            changes.wake()

    async def _look_for_others(self) -> None:
        seen: int | None = None
        while True:
            with suppress(SQLAlchemyError):
                seen = await self._look_after(seen)
            await asyncio.sleep(POLL_SECONDS)

    async def _look_after(self, seen: int | None) -> int:
        if seen is None:
            return await self._database.read(latest_row_id)
        found = await self._database.read(stored_after, seen)
        # To be woken for one's own calls once more would only keep the next one waiting.
        if any(tracking_id not in self._own for _, tracking_id in found):
            self._tick_when_due()
        self._own.difference_update(tracking_id for _, tracking_id in found)
        return found[-1][0] if found else seen
