"""How values are distributed, in few bytes that can be joined: percentiles on any database, over any hours."""

import struct
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import ceil, log
from typing import Self

GROWTH = 1.04
LOG_GROWTH = log(GROWTH)
SMALLEST, LARGEST = 1e-3, 1e12
FIRST = ceil(log(SMALLEST) / LOG_GROWTH)
COUNT_BITS = 22
LARGEST_COUNT = 2**COUNT_BITS - 1


def bucket_of(value: float) -> int:
    """The number of the bucket in which this value is counted."""
    within = SMALLEST if value < SMALLEST else LARGEST if value > LARGEST else value
    return ceil(log(within) / LOG_GROWTH) - FIRST


@lru_cache(maxsize=2048)
def entry_of(bucket: int) -> bytes:
    """A histogram's bytes of one value in this bucket."""
    return struct.pack("<I", bucket << COUNT_BITS | 1)


class Histogram:
    """Counts of values in buckets that grow by 4 %, so that a percentile is at most 2 % off.

    Values are of any unit, from 0.001 (smaller counts as that) to 10¹². The bytes of several, joined, are the bytes of
    all of them together: a database merges them without knowing what they mean.
    """

    def __init__(self, buckets: Iterable[int] = ()) -> None:
        self._counts = Counter(buckets)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The histogram that `to_bytes` wrote, or several did; no bytes are none counted."""
        histogram = cls()
        counts = histogram._counts
        # Most entries of short spans are equal, and to count those is faster than to look at each.
        for entry, times in Counter(struct.unpack(f"<{len(data) // 4}I", data)).items():
            counts[entry >> COUNT_BITS] += (entry & LARGEST_COUNT) * times
        return histogram

    def to_bytes(self) -> bytes:
        """Four bytes an entry: its bucket in the upper bits, its count in the lower 22; a bucket may have several."""
        entries: list[int] = []
        for bucket, count in sorted(self._counts.items()):
            left = count
            while left > 0:
                entries.append(bucket << COUNT_BITS | min(left, LARGEST_COUNT))
                left -= LARGEST_COUNT
        return struct.pack(f"<{len(entries)}I", *entries)

    def add(self, value: float, count: int = 1) -> None:
        """Count a value; a negative count takes it out again."""
        self._counts[bucket_of(value)] += count

    def merge(self, other: "Histogram", times: int = 1) -> None:
        """Count all that the other has counted; with times -1 no longer."""
        counts = self._counts
        for bucket, count in other._counts.items():
            counts[bucket] += count * times

    @property
    def total(self) -> int:
        """How many values were counted."""
        return self._counts.total()

    def percentile(self, share: float) -> float | None:
        """The value that this share (0 to 1) of all values does not exceed, to 2 %; None when nothing was counted."""
        return self.percentiles(share)[0]

    def percentiles(self, *shares: float) -> list[float | None]:
        """`percentile` of each of these shares, which must grow."""
        total, counted, ordered = self.total, 0, iter(sorted(self._counts.items()))
        found: list[float | None] = []
        value = None
        for share in shares:
            rank = max(1, ceil(share * total))
            while counted < rank and (step := next(ordered, None)):
                counted += step[1]
                value = _middle(step[0])
            found.append(value if total else None)
        return found

    def counts(self) -> list[tuple[float, int]]:
        """The upper end of each bucket in which something was counted, and how much."""
        return [(GROWTH ** (bucket + FIRST), count) for bucket, count in sorted(self._counts.items()) if count > 0]


def _middle(bucket: int) -> float:
    return 2 * GROWTH ** (bucket + FIRST) / (GROWTH + 1)
