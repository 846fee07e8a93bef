"""What was ever counted: totals that only grow, for a monitoring system to take differences of."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from fluxgate_app.events.histogram import Histogram
from fluxgate_app.events.tables import EVENT_COUNTERS

TOKENS = ("input", "output", "cached", "cache_write", "reasoning", "audio")


@dataclass(frozen=True, slots=True)
class Counter:
    """All calls of one kind, '' for what is absent: `cost` in USD, `tokens` in the order of TOKENS, times in ms."""

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
    latency: Histogram
    duration: Histogram


def counters(session: Session) -> list[Counter]:
    """All of them. A call whose end was told again later is counted each time: no total may ever fall."""
    return [_counter(row) for row in session.connection().execute(EVENT_COUNTERS.select()).mappings()]


def _counter(row: Any) -> Counter:
    plain = ("provider", "model", "feature", "status", "origin", "requests", "errors", "unpriced", "cost")
    return Counter(
        **{name: row[name] for name in plain},
        tokens=tuple(row[f"{kind}_tokens"] for kind in TOKENS),
        latency=Histogram.from_bytes(row["latency"]),
        duration=Histogram.from_bytes(row["duration"]),
    )


def merged(
    all_counters: list[Counter], histogram: Callable[[Counter], Histogram]
) -> dict[tuple[str, str, str], Histogram]:
    """How the calls of each provider, model and origin are distributed."""
    found: dict[tuple[str, str, str], Histogram] = {}
    for counter in all_counters:
        found.setdefault((counter.provider, counter.model, counter.origin), Histogram()).merge(histogram(counter))
    return found
