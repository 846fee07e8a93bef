"""How often somebody may ask: fixed windows, counted in this process (spec section 5)."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import RateLimited
from fluxgate_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left in the running window; `reset_seconds` are whole seconds to its end, 0 when none runs."""

    limit: int
    remaining: int
    reset_seconds: int


@dataclass(slots=True)
class _Window:
    ends_at: float
    taken: int = 0


class Limits:
    """A counter a key, in windows that begin with the first call. Use it from the event loop's thread only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, window_seconds: float = 60.0):
        self._clock = clock
        self._seconds = window_seconds
        self._windows: dict[str, _Window] = {}

    def take(self, key: str, limit: int) -> Allowance:
        """Count one call. Raises RateLimited, uncounted, when the window has none left."""
        self._forget_the_past()
        window = self._windows.setdefault(key, _Window(self._clock() + self._seconds))
        if window.taken >= limit:
            raise RateLimited(retry_after=self._left(window), limit=limit)
        window.taken += 1
        return self._allowance(window, limit)

    def peek(self, key: str, limit: int) -> Allowance:
        """What `take` would find, uncounted."""
        self._forget_the_past()
        window = self._windows.get(key)
        return self._allowance(window, limit) if window else Allowance(limit, limit, 0)

    def give_back(self, key: str) -> None:
        """Uncount one call."""
        if window := self._windows.get(key):
            window.taken = max(0, window.taken - 1)

    def _allowance(self, window: _Window, limit: int) -> Allowance:
        return Allowance(limit, max(0, limit - window.taken), self._left(window))

    def _left(self, window: _Window) -> int:
        return max(1, math.ceil(window.ends_at - self._clock()))

    def _forget_the_past(self) -> None:
        # All windows are equally long, so the dictionary's order is the order in which they end.
        while self._windows and (oldest := next(iter(self._windows.items())))[1].ends_at <= self._clock():
            del self._windows[oldest[0]]


def quota(identity: Identity, settings: Settings) -> tuple[str, int]:
    """The counter and the limit a minute that count for who is asking, on page and routes alike: `take(*quota(…))`."""
    if identity.api_key_id is not None:
        return identity.api_key_id, settings.api_rate_limit_per_minute
    return identity.account_id, settings.rate_limit_per_minute


class LoginThrottle:
    """Wrong passwords a five minutes: ten for an account, fifty from an address. The right one is not counted."""

    per_account = 10
    per_address = 50

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._attempts = Limits(clock, window_seconds=300.0)

    def take(self, email: str, address: str) -> None:
        """Count an attempt before its password is checked. Raises RateLimited."""
        self._attempts.take(f"address {address}", self.per_address)
        self._attempts.take(f"account {email.strip().lower()}", self.per_account)

    def succeeded(self, email: str, address: str) -> None:
        """Uncount an attempt whose password was right."""
        self._attempts.give_back(f"address {address}")
        self._attempts.give_back(f"account {email.strip().lower()}")
