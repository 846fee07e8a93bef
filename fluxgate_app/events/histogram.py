"""How values are distributed, in few bytes that can be added up: percentiles on any database, over any hours."""

from math import ceil, log
from typing import Self

_GROWTH = 1.04
_LOG_GROWTH = log(_GROWTH)
_SMALLEST, _LARGEST = 1e-3, 1e12
_FIRST = ceil(log(_SMALLEST) / _LOG_GROWTH)


class Histogram:
    """Counts of values in buckets that grow by 4 %, so that a percentile is at most 2 % off.

    Values are of any unit, from 0.001 (smaller counts as that) to 10¹².
    """

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The histogram that `to_bytes` wrote; no bytes are none counted."""
        histogram, bucket = cls(), 0
        numbers = iter(_numbers(data))
        for step in numbers:
            bucket += step
            histogram._counts[bucket] = next(numbers)
        return histogram

    def to_bytes(self) -> bytes:
        """Bucket after bucket its distance from the one before and its count, each a number of 7-bit groups."""
        out, before = bytearray(), 0
        for bucket, count in sorted(self._counts.items()):
            if count > 0:
                _append(out, bucket - before)
                _append(out, count)
                before = bucket
        return bytes(out)

    def add(self, value: float, count: int = 1) -> None:
        """Count a value; a negative count takes it out again."""
        within = _SMALLEST if value < _SMALLEST else _LARGEST if value > _LARGEST else value
        bucket = ceil(log(within) / _LOG_GROWTH) - _FIRST
        self._counts[bucket] = self._counts.get(bucket, 0) + count

    def merge(self, other: "Histogram") -> None:
        """Count all that the other has counted."""
        for bucket, count in other._counts.items():
            self._counts[bucket] = self._counts.get(bucket, 0) + count

    @property
    def total(self) -> int:
        """How many values were counted."""
        return sum(self._counts.values())

    def percentile(self, share: float) -> float | None:
        """The value that this share (0 to 1) of all values does not exceed, to 2 %; None when nothing was counted."""
        rank = max(1, ceil(share * self.total))
        for bucket, count in sorted(self._counts.items()):
            rank -= count
            if rank <= 0:
                return 2 * _GROWTH ** (bucket + _FIRST) / (_GROWTH + 1)
        return None


def _append(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _numbers(data: bytes) -> list[int]:
    numbers: list[int] = []
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number = shift = 0
    return numbers
