"""The calls of this process that have not ended yet: they end with it at the latest, and not in a process forked off.

A fork has them only as a copy, which nobody may end a second time.
"""

import os
from time import monotonic, sleep
from typing import Protocol

_LONGEST_WAIT_SECONDS = 1.0


class Live(Protocol):
    """A call that is under way."""

    def stop(self) -> None:
        """Nobody wants more of it."""
        ...


live: set[Live] = set()
os.register_at_fork(after_in_child=live.clear)


def end_all() -> None:
    """The program ends, so nobody reads on; waits for those that another thread is just ending."""
    for call in live.copy():
        call.stop()
    until = monotonic() + _LONGEST_WAIT_SECONDS
    while live and monotonic() < until:
        sleep(0.001)
