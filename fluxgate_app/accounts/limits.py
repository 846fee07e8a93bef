"""How often somebody may ask: fixed windows, one counter a person over page and routes (spec section 5)."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from fluxgate_app.accounts.counters import Count, OwnCounters, SharedCounters
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import RateLimited
from fluxgate_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left in the running window; `reset_seconds` are whole seconds to its end, 0 when none runs."""

    limit: int
    remaining: int
    reset_seconds: int


class Limits:
    """So many calls a key in each window, which begins with the first; shared with all who have the same Redis."""

    def __init__(
        self,
        shared: SharedCounters | None = None,
        window_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._shared = shared
        self._seconds = window_seconds
        # How often this process has refused.
        self.refused = 0
        # What counts without Redis, and while it does not answer.
        self._own = OwnCounters(window_seconds, clock)

    async def take(self, key: str, limit: int) -> Allowance:
        """Count one call. Raises RateLimited, uncounted, when the window has none left."""
        count = await self._count(key, limit)
        if not count.counted:
            self.refused += 1
            raise RateLimited(retry_after=max(1, math.ceil(count.seconds_left)), limit=limit)
        return _allowance(count, limit)

    async def peek(self, key: str, limit: int) -> Allowance:
        """What `take` would find, uncounted."""
        return _allowance(await self._count(key, 0), limit)

    async def give_back(self, key: str) -> None:
        """Uncount one call."""
        if self._shared is None or not await self._shared.uncount(key):
            self._own.uncount(key)

    async def _count(self, key: str, limit: int) -> Count:
        shared = await self._shared.count(key, limit, self._seconds) if self._shared else None
        return shared or self._own.count(key, limit)


def _allowance(count: Count, limit: int) -> Allowance:
    return Allowance(limit, max(0, limit - count.taken), math.ceil(count.seconds_left))


def quota(identity: Identity, settings: Settings) -> tuple[str, int]:
    """The counter and the limit a minute that count for who is asking, on page and routes alike: `take(*quota(…))`."""
    if identity.api_key_id is not None:
        return identity.api_key_id, identity.limit_per_minute or settings.api_rate_limit_per_minute
    return identity.account_id, settings.rate_limit_per_minute


class LoginThrottle:
    """Wrong passwords a five minutes: ten for an account, fifty from an address. The right one is not counted."""

    per_account = 10
    per_address = 50

    def __init__(self, shared: SharedCounters | None = None, clock: Callable[[], float] = time.monotonic):
        self._attempts = Limits(shared, 300.0, clock)

    async def take(self, email: str, address: str) -> None:
        """Count an attempt before its password is checked. Raises RateLimited."""
        await self._attempts.take(f"address {address}", self.per_address)
        await self._attempts.take(f"account {email.strip().lower()}", self.per_account)

    async def succeeded(self, email: str, address: str) -> None:
        """Uncount an attempt whose password was right."""
        await self._attempts.give_back(f"address {address}")
        await self._attempts.give_back(f"account {email.strip().lower()}")
