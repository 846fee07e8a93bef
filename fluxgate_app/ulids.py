"""Ids that sort by the time they were made (https://github.com/ulid/spec).

Every event has one, and python-ulid takes several times as long to write it. They are no secrets: who may see what they
name is asked each time, so a generator of ours will do, where the system's takes a call that lets other threads in.
"""

import os
import time
from datetime import datetime
from random import Random

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Ten bits at once, of the 130 that 26 letters hold.
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_SHIFTS = range(120, -1, -10)
_chance = Random()
os.register_at_fork(after_in_child=_chance.seed)


def new_ulid(moment: datetime | None = None) -> str:
    """A ULID of this moment, or of now: 48 bits of milliseconds, 80 of chance, in 26 letters."""
    milliseconds = int((time.time() if moment is None else moment.timestamp()) * 1000)
    number = milliseconds << 80 | _chance.getrandbits(80)
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])
