"""Ids that sort by the time they were made (https://github.com/ulid/spec).

Every event has one, and python-ulid takes several times as long to write it.
"""

import os
import time
from base64 import b32encode
from datetime import datetime

_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LETTERS = 26
# Five bits a letter, of which the first has only three; the rest of the 160 bits that are written is left away.
_SHIFT = 160 - 5 * _LETTERS


def new_ulid(moment: datetime | None = None) -> str:
    """A ULID of this moment, or of now: 48 bits of milliseconds, 80 of chance, in 26 letters."""
    milliseconds = int((time.time() if moment is None else moment.timestamp()) * 1000)
    number = milliseconds << 80 | int.from_bytes(os.urandom(10))
    return b32encode((number << _SHIFT).to_bytes(20)).translate(_CROCKFORD)[:_LETTERS].decode()
