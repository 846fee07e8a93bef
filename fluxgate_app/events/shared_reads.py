"""Reads that many ask for at about the same time, each made once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class SharedReads:
    """What one read gave serves all in this process who ask for the same `key` a moment later.

    The key says everything that the answer depends on, above all whose events may be seen.
    """

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[float, asyncio.Task[Any]]] = {}

    async def get(self, key: Hashable, seconds: float, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives, or gave to somebody within so many seconds. Raises what it raises."""
        self._forget()
        if key not in self._made:
            begun = asyncio.create_task(_begin(read))
            # Whoever waits for it may leave before it fails.
            begun.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._made[key] = asyncio.get_running_loop().time() + seconds, begun
        return cast(T, await asyncio.shield(self._made[key][1]))

    def _forget(self) -> None:
        now = asyncio.get_running_loop().time()
        for key in [key for key, (until, task) in self._made.items() if until <= now and task.done()]:
            del self._made[key]


async def _begin(read: Callable[[], Awaitable[T]]) -> T:
    return await read()
