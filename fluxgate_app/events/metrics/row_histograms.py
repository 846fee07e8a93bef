"""How the calls of single rows are distributed, as the bytes of histograms."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from fluxgate_app.events.distributions import Floats, buckets_of, packed

# The values of the dimensions, and with the number of the period before them.
Key = tuple[str, ...]
Cell = tuple[int, Key]


def row_histograms(rows: Iterable[Any]) -> Iterator[tuple[Cell, tuple[bytes, ...]]]:
    """Of each group the histograms of latency, duration and tokens a second.

    A row has the number of the period, latency, whether it streamed, the stream's duration, output tokens, and the key.
    """
    groups: dict[Cell, int] = {}
    timed = [(groups.setdefault((row[0], tuple(row[5:])), len(groups)), *row[1:5]) for row in rows]
    if not timed:
        return
    columns: list[Floats] = list(np.array(timed, dtype=np.float64).T)
    places, latency, streamed, streaming, written = columns
    duration: Floats = np.where(streamed > 0, streaming, latency)
    measured = latency, duration, _speed(latency, streaming, written)
    numbers = places.astype(np.int64)
    distributed = [packed(numbers, buckets_of(values), len(groups)) for values in measured]
    yield from zip(groups, zip(*distributed, strict=True), strict=True)


def _speed(latency: Floats, streaming: Floats, written: Floats) -> Floats:
    """Output tokens a second, as `event_row.speed`."""
    writing = streaming - latency
    known = (written > 0) & (writing > 0)
    return np.where(known, written * 1000 / np.where(known, writing, 1.0), np.nan)
