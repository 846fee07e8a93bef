"""Counters of calls in windows that begin with the first call: of this process alone, or shared through Redis."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

Script = Callable[..., Awaitable[Any]]

logger = logging.getLogger(__name__)

CONNECTIONS = 8
# How long a call waits when Redis has just fallen silent; those after it do not wait at all. Not less, as an event loop
# that was held up for longer would take its own lateness for Redis's.
PATIENCE_SECONDS = 0.25
LOOKING_SECONDS = 1.0

# One script, so that no other call comes between looking and counting. KEYS: counter. ARGV: limit, window in ms.
_COUNT = """
local taken = tonumber(redis.call('GET', KEYS[1]) or '0')
local allowed = taken < tonumber(ARGV[1])
if allowed then
    taken = redis.call('INCR', KEYS[1])
    if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
end
return {allowed and 1 or 0, taken, redis.call('PTTL', KEYS[1])}
"""
_UNCOUNT = """
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
return 1
"""


@dataclass(frozen=True, slots=True)
class Count:
    """Whether a call was counted, how many have been in its window, and seconds to that window's end, 0 without one."""

    counted: bool
    taken: int
    seconds_left: float


@dataclass(slots=True)
class _Window:
    ends_at: float
    taken: int = 0


class OwnCounters:
    """Counters in memory. Use them from the event loop's thread only."""

    def __init__(self, window_seconds: float, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._seconds = window_seconds
        self._windows: dict[str, _Window] = {}

    def count(self, key: str, limit: int) -> Count:
        """Count one call unless so many have been counted in the running window."""
        self._forget_the_past()
        window = self._windows.get(key) or _Window(self._clock() + self._seconds)
        if counted := window.taken < limit:
            window.taken += 1
            self._windows[key] = window
        return Count(counted, window.taken, window.ends_at - self._clock() if key in self._windows else 0)

    def uncount(self, key: str) -> None:
        """Take one call back."""
        if window := self._windows.get(key):
            window.taken = max(0, window.taken - 1)

    def _forget_the_past(self) -> None:
        # All windows are equally long, so the dictionary's order is the order in which they end.
        while self._windows and (oldest := next(iter(self._windows.items())))[1].ends_at <= self._clock():
            del self._windows[oldest[0]]


class SharedCounters:
    """Counters in Redis, for all processes that are given the same one.

    While Redis does not answer, nothing is counted here, at once, and the log says so; it is looked for every second.
    """

    def __init__(self, url: str):
        # The types of this library leave open what its options are, and whether a client is one that waits.
        pool: Any = BlockingConnectionPool
        options = {"max_connections": CONNECTIONS, "retry": Retry(NoBackoff(), 0)}
        self._redis: Any = Redis.from_pool(pool.from_url(url, **options))
        self._count: Script = self._redis.register_script(_COUNT)
        self._uncount: Script = self._redis.register_script(_UNCOUNT)
        self._looking: asyncio.Task[None] | None = None

    async def count(self, key: str, limit: int, window_seconds: float) -> Count | None:
        """As `OwnCounters.count`; None while Redis does not answer."""
        answer = await self._ask(self._count, key, limit, round(window_seconds * 1000))
        if answer is None:
            return None
        counted, taken, milliseconds = answer
        return Count(bool(counted), taken, max(0, milliseconds) / 1000)

    async def uncount(self, key: str) -> bool:
        """Take one call back; False while Redis does not answer."""
        return await self._ask(self._uncount, key) is not None

    async def close(self) -> None:
        """Give the connections back."""
        if self._looking is not None:
            self._looking.cancel()
        await self._redis.aclose()

    async def _ask(self, script: Script, key: str, *args: int) -> Any:
        if self._looking is not None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await script(keys=[f"fluxgate:limit:{key}"], args=args)
        except (RedisError, OSError):
            if self._looking is None:
                self._looking = asyncio.create_task(self._look(), name="looking for Redis")
            return None

    async def _look(self) -> None:
        try:
            # It may have been this process that was slow.
            if await self._answers():
                return
            logger.warning("Redis does not answer: each process counts by itself until it does")
            while not await self._answers():  # noqa: ASYNC110
                await asyncio.sleep(LOOKING_SECONDS)
            logger.warning("Redis answers again: limits are shared")
        finally:
            self._looking = None

    async def _answers(self) -> bool:
        # By counting, as a Redis that is full or a copy answers everything else.
        with suppress(RedisError, OSError):
            async with asyncio.timeout(LOOKING_SECONDS):
                await self._count(keys=["fluxgate:looking"], args=[1, 1])
                return True
        return False
