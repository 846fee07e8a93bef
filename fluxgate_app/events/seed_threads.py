"""The ids of made-up calls, and the conversations that they are part of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fluxgate_app.events.distributions import Ints

# Of Crockford's base 32, as code points: a text is a row of them.
_DIGITS = np.array([ord(digit) for digit in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"], np.uint32)
_TIME_DIGITS, _RANDOM_DIGITS = 10, 16
_DIGITS_OF_ID = _TIME_DIGITS + _RANDOM_DIGITS
_DIGITS_OF_SESSION = 14
_ONE_IN = 4

Characters = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Ids:
    """Of each call its tracking id, session and conversation."""

    tracking: list[str]
    session: list[str]
    conversation: list[str]


class Threads:
    """Every user goes on with one conversation until the next begins, at every fourth call."""

    def __init__(self, chance: np.random.Generator, users: int, begin: int):
        self._chance = chance
        self._current = self._ulids(np.full(users, begin))

    def following(self, moments: Ints, users: Ints) -> Ids:
        """The ids of the next calls, made at these times (µs since 1970) by these users (their numbers)."""
        ulids = self._ulids(moments)
        conversations = self._conversations(ulids, users)
        return Ids(
            _texts("evt_", ulids),
            _texts("ses_", conversations[:, :_DIGITS_OF_SESSION]),
            _texts("conv_", conversations),
        )

    def _conversations(self, ulids: Characters, users: Ints) -> Characters:
        """User by user, the id of the last call that began one."""
        order = np.argsort(users, kind="stable")
        ordered = users[order]
        first = np.flatnonzero(np.diff(ordered, prepend=-1))
        begins = self._chance.integers(_ONE_IN, size=len(users))[order] == 0
        latest = np.maximum.accumulate(np.where(begins, np.arange(len(users)), -1))
        is_new = latest >= np.repeat(first, np.diff(first, append=len(users)))
        found = np.empty_like(ulids)
        found[order] = np.where(is_new[:, None], ulids[order[latest]], self._current[ordered])
        last = order[np.append(first[1:], len(users)) - 1]
        self._current[users[last]] = found[last]
        return found

    def _ulids(self, moments: Ints) -> Characters:
        """ULIDs of these times; the library's own takes far longer."""
        shifts = 5 * np.arange(_TIME_DIGITS - 1, -1, -1)
        times = (moments // 1000)[:, None] >> shifts & 31
        chance = self._chance.integers(32, size=(len(moments), _RANDOM_DIGITS))
        return _DIGITS[np.hstack([times, chance])]


def _texts(prefix: str, characters: Characters) -> list[str]:
    beginning = np.tile(np.array([ord(letter) for letter in prefix], np.uint32), (len(characters), 1))
    whole = np.ascontiguousarray(np.hstack([beginning, characters]))
    return whole.view(f"<U{whole.shape[1]}").ravel().tolist()
