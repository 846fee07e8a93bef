"""What was ever counted: totals that only grow, for a monitoring system to take differences of."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlmodel import Session

from fluxgate_app.events.distributions import counts
from fluxgate_app.events.tables import EVENT_COUNTERS

TOKENS = ("input", "output", "cached", "cache_write", "reasoning", "audio")


@dataclass(frozen=True, slots=True)
class Counter:
    """All calls of one kind, '' for what is absent: `cost` in USD, `tokens` in the order of TOKENS.

    `latency` and `duration` are the bytes of histograms of ms.
    """

    provider: str
    model: str
    feature: str
    status: str
    origin: str
    requests: int
    errors: int
    unpriced: int
    cost: Decimal
    tokens: tuple[int, ...]
    latency: bytes
    duration: bytes


def counters(session: Session) -> list[Counter]:
    """All of them. A call whose end was told again later is counted each time: no total may ever fall."""
    return [_counter(row) for row in session.connection().execute(EVENT_COUNTERS.select()).mappings()]


def _counter(row: Any) -> Counter:
    plain = ("provider", "model", "feature", "status", "origin", "requests", "errors", "unpriced", "cost")
    return Counter(
        **{name: row[name] for name in plain},
        tokens=tuple(row[f"{kind}_tokens"] for kind in TOKENS),
        latency=row["latency"],
        duration=row["duration"],
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """How the calls of a provider, model and origin are distributed: how many, their sum, how many are at most each."""

    labels: tuple[str, str, str]
    total: int
    sum: float
    at_most: tuple[int, ...]


def spreads(
    all_counters: list[Counter], histogram: Callable[[Counter], bytes], bounds: Sequence[float]
) -> list[Spread]:
    """How the calls of each provider, model and origin are distributed; the sum is exact to 4 %."""
    joined: dict[tuple[str, str, str], list[bytes]] = defaultdict(list)
    for counter in all_counters:
        joined[counter.provider, counter.model, counter.origin].append(histogram(counter))
    counted = counts([b"".join(parts) for parts in joined.values()])
    cells, ends = counted.cells, counted.ends
    at_most = np.stack([cells[:, bound >= ends].sum(axis=1) for bound in bounds], axis=1).astype(int).tolist()
    totals, sums = cells.sum(axis=1).astype(int).tolist(), (cells @ ends).tolist()
    return [Spread(*each[:3], tuple(each[3])) for each in zip(joined, totals, sums, at_most, strict=True)]
