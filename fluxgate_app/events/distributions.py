"""Many histograms at once: the bytes of `histogram`, made and read as columns."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fluxgate_app.events.histogram import COUNT_BITS, FIRST, GROWTH, LARGEST, LARGEST_COUNT, LOG_GROWTH, SMALLEST

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NONE = -1
_BUCKETS = 2**10
# The upper end of each bucket.
ENDS = GROWTH ** (np.arange(_BUCKETS) + float(FIRST))


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


def counts(histograms: Sequence[bytes]) -> Floats:
    """How many values are in each bucket (column) of each histogram (row)."""
    entries = np.frombuffer(b"".join(histograms), "<u4").astype(np.int64)
    rows = np.repeat(np.arange(len(histograms)), [len(each) // 4 for each in histograms])
    cells = rows * _BUCKETS + (entries >> COUNT_BITS)
    added = np.bincount(cells, entries & LARGEST_COUNT, len(histograms) * _BUCKETS)
    return added.reshape(len(histograms), _BUCKETS).astype(np.float64)


def percentiles(counted: Floats, shares: Sequence[float]) -> Floats:
    """For each row of `counts` the value that each share (0 to 1) of its values does not exceed, to 2 %, else NaN."""
    reached = counted.cumsum(axis=1)
    totals = reached[:, -1:]
    found = np.full((len(counted), len(shares)), np.nan)
    for place, share in enumerate(shares):
        ranks = np.maximum(1, np.ceil(share * totals))
        buckets = (reached >= ranks).argmax(axis=1)
        found[:, place] = np.where(totals[:, 0] > 0, 2 * GROWTH ** (buckets + FIRST) / (GROWTH + 1.0), np.nan)
    return found
