"""The vendors' clients, made once for each address and then kept with their connections."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from fluxgate_app.chat.dialects import DIALECTS, Address

logger = logging.getLogger(__name__)

THREADS = 4

P = ParamSpec("P")
T = TypeVar("T")


class Clients:
    """Each event loop needs its own, as connections belong to the loop that opened them."""

    def __init__(self) -> None:
        # Not the loop's own threads: those may all be waiting for the database.
        self._threads = ThreadPoolExecutor(THREADS, "providers")
        self._clients: dict[tuple[str, Address], asyncio.Task[Any]] = {}

    async def get(self, dialect: str, address: Address) -> Any:
        """The client for this address. The first one of a dialect imports its SDK, in a thread: that takes a second."""
        key = (dialect, address)
        if key not in self._clients:
            self._clients[key] = asyncio.create_task(self.in_thread(DIALECTS[dialect].client, address))
        try:
            # Somebody else may wait for the same one when this caller is cancelled.
            return await asyncio.shield(self._clients[key])
        except Exception:
            self._clients.pop(key, None)
            raise

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what takes long without waiting for anything else."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))

    async def close(self) -> None:
        """Give all connections back."""
        clients, self._clients = self._clients, {}
        for (name, _), making in clients.items():
            try:
                await DIALECTS[name].close(await making)
            except Exception as error:
                logger.warning("a client of %s could not be closed: %s", name, type(error).__name__)
        self._threads.shutdown(wait=False)
