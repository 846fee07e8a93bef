"""Keep in the database how far the running answers are, however slow the database is."""

import asyncio
import logging
from contextlib import suppress

from fluxgate_app.chat.generation import Generation
from fluxgate_app.chat.snapshots import Snapshot, save
from fluxgate_app.db import Database
from fluxgate_app.models import MessageStatus

logger = logging.getLogger(__name__)

SNAPSHOT_SECONDS = 1.0
# How long the end of an answer is held back from its followers so that whoever reads the database next finds it.
PATIENCE_SECONDS = 2.0


class Saver:
    """One transaction a second for all answers that grew, one at once when an answer ends.

    What cannot be saved is tried again with the next; no answer waits for that.
    """

    def __init__(self, database: Database, process_id: str):
        self._database = database
        self._process_id = process_id
        self._saved: dict[Generation, Snapshot] = {}
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def keep(self, generation: Generation) -> None:
        """From now on, until its end is saved."""
        self._saved[generation] = generation.snapshot()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="saving answers")

    def written(self, generation: Generation) -> None:
        """This one has come to its end: save that at once."""
        asyncio.get_running_loop().call_later(PATIENCE_SECONDS, generation.announce_end)
        self._hurry.set()

    async def close(self, seconds: float) -> None:
        """Save what there is to save, for so long at most."""
        if self._task is not None:
            self._hurry.set()
            await asyncio.wait({self._task}, timeout=seconds)
            self._task.cancel()

    async def _run(self) -> None:
        while self._saved:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), SNAPSHOT_SECONDS)
            self._hurry.clear()
            changed = {
                generation: snapshot
                for generation, saved in self._saved.items()
                if (snapshot := generation.snapshot()) != saved
            }
            if changed:
                await self._save(changed)

    async def _save(self, changed: dict[Generation, Snapshot]) -> None:
        try:
            deleted = await self._database.write(save, list(changed.values()), self._process_id)
        except Exception as error:
            # Whatever it is: the answers to come have nobody else who would save them.
            logger.warning("%d answers could not be saved yet: %s", len(changed), type(error).__name__)
        else:
            self._note(changed, deleted)

    def _note(self, changed: dict[Generation, Snapshot], deleted: set[str]) -> None:
        for generation, snapshot in changed.items():
            if generation.message_id in deleted:
                # By another process, or before the answer was known here: nobody will ever read it.
                generation.stop()
            self._saved[generation] = snapshot
            if snapshot.status is not MessageStatus.STREAMING:
                del self._saved[generation]
                generation.announce_end()
