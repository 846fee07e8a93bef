"""Many histograms at once: the bytes of `histogram`, made and read as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fluxgate_app.events.histogram import COUNT_BITS, FIRST, GROWTH, LARGEST, LARGEST_COUNT, LOG_GROWTH, SMALLEST

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NONE = -1
_BUCKETS = 2**10


def buckets_of(values: Floats) -> Ints:
    """The bucket of each value, NONE where there is no value (NaN)."""
    counted = ~np.isnan(values)
    within = np.clip(np.where(counted, values, 1.0), SMALLEST, LARGEST)
    buckets = np.ceil(np.log(within) / LOG_GROWTH).astype(np.int64) - FIRST
    return np.where(counted, buckets, NONE)


def packed(groups: Ints, buckets: Ints, count: int) -> list[bytes]:
    """The histogram of each of so many groups, as bytes; the numbers of the groups must grow."""
    counted = buckets != NONE
    found, times = np.unique(groups[counted] * _BUCKETS + buckets[counted], return_counts=True)
    data = ((found % _BUCKETS) << COUNT_BITS | times).astype("<u4").tobytes()
    edges = (4 * np.searchsorted(found // _BUCKETS, np.arange(count + 1))).tolist()
    return [data[edges[number] : edges[number + 1]] for number in range(count)]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many values are in each bucket (column, from `first` on) of each histogram (row)."""

    cells: Floats
    first: int

    def less(self, taken: "Counts") -> "Counts":
        """Without what is in the same row and column there."""
        return Counts(self.cells - taken.cells, self.first)

    def added_up(self, groups: Sequence[Sequence[int]]) -> "Counts":
        """For each group of rows, by their numbers, one row of all of them together."""
        added = np.zeros((len(groups), self.cells.shape[1]))
        lengths = np.array([len(group) for group in groups], np.int64)
        # Most of a chart's points are a row each, which need not be added to anything.
        added[lengths == 1] = self.cells[[group[0] for group in groups if len(group) == 1]]
        several = lengths > 1
        if several.any():
            rows = self.cells[np.fromiter(chain.from_iterable(group for group in groups if len(group) > 1), np.int64)]
            begins = np.concatenate(([0], lengths[several].cumsum()[:-1]))
            added[several] = np.add.reduceat(rows, begins, axis=0)
        return Counts(added, self.first)

    @property
    def ends(self) -> Floats:
        """The upper end of each column's bucket."""
        first = float(self.first + FIRST)
        return GROWTH ** np.arange(first, first + self.cells.shape[1], dtype=np.float64)


def counts(histograms: Sequence[bytes]) -> Counts:
    """What is in each of these histograms."""
    entries = np.frombuffer(b"".join(histograms), "<u4")
    lengths = np.array([len(each) // 4 for each in histograms], np.int64)
    buckets, numbers = (entries >> COUNT_BITS).astype(np.int64), (entries & LARGEST_COUNT).astype(np.float64)
    # Only as many columns as there are buckets with something in them: a few hundred of a thousand.
    first, last = (int(buckets.min()), int(buckets.max())) if len(buckets) else (0, 0)
    width = last - first + 1
    buckets += np.repeat(np.arange(len(histograms)) * width - first, lengths)
    cells = cast("Floats", np.bincount(buckets, numbers, len(histograms) * width))
    return Counts(cells.reshape(len(histograms), width), first)


def percentiles(counted: Counts, shares: Sequence[float]) -> Floats:
    """For each row of `counts` the value that each share (0 to 1) of its values does not exceed, to 2 %, else NaN."""
    # All rows one after the other, so that a search finds its place in each.
    reached = counted.cells.ravel().cumsum()
    ends = np.concatenate(([0.0], reached[counted.cells.shape[1] - 1 :: counted.cells.shape[1]]))
    before, totals = ends[:-1, np.newaxis], np.diff(ends)[:, np.newaxis]
    places = np.searchsorted(reached, before + np.maximum(1, np.ceil(totals * np.array(shares))))
    buckets = places % counted.cells.shape[1] + counted.first
    return np.where(totals > 0, 2 * GROWTH ** (buckets + float(FIRST)) / (GROWTH + 1.0), np.nan)
