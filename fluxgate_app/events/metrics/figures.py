"""The figures of some calls, and how they are added up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fluxgate_app.events.histogram import Histogram
from fluxgate_app.events.rollups import DISTRIBUTED, SUMMED


@dataclass(frozen=True, slots=True)
class Percentiles:
    """What half, 95 % and 99 % of all values do not exceed, each at most 2 % off."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over calls: `cost` in USD of those that have a price, `unpriced` the number of those that have none.

    `latency_in_ms` is the time to the first token, `duration_in_ms` that of the whole call; None where nothing was
    measured. Token totals include their parts.
    """

    requests: int
    errors: int
    unpriced: int
    cost: Decimal
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    audio_tokens: int
    latency_in_ms: Percentiles | None
    duration_in_ms: Percentiles | None
    tokens_per_second: Percentiles | None

    @property
    def error_rate(self) -> float | None:
        """The share of requests that failed, None when there were none."""
        return self.errors / self.requests if self.requests else None

    @property
    def cache_hit_rate(self) -> float | None:
        """The share of input tokens that came from a cache, None when there were none."""
        return self.cached_tokens / self.input_tokens if self.input_tokens else None


class Tally:
    """Sums and distributions of calls, put together part by part."""

    def __init__(self) -> None:
        self.sums: list[int | Decimal] = [Decimal(0) if name == "cost" else 0 for name in SUMMED]
        # Bytes are joined as long as nobody asks for percentiles: most groups are only added to others.
        self._joined: tuple[list[bytes], ...] = tuple([] for _ in DISTRIBUTED)
        self._merged: tuple[Histogram, ...] | None = None

    def add(self, sums: Iterable[int | Decimal], histograms: Iterable[bytes] = ()) -> None:
        """Add what a query summed, in the order of SUMMED and DISTRIBUTED, before percentiles are asked for."""
        self.sums = [mine + theirs for mine, theirs in zip(self.sums, sums, strict=True)]
        self.distribute(histograms)

    def distribute(self, histograms: Iterable[bytes]) -> None:
        """Add distributions alone, in the order of DISTRIBUTED."""
        for mine, theirs in zip(self._joined, histograms, strict=False):
            mine.append(theirs)

    @property
    def histograms(self) -> tuple[Histogram, ...]:
        """How latency, duration and tokens a second are distributed."""
        if self._merged is None:
            self._merged = tuple(Histogram.from_bytes(b"".join(parts)) for parts in self._joined)
        return self._merged

    @property
    def distributed(self) -> tuple[bytes, ...]:
        """The same as bytes, few where they have been counted already."""
        if self._merged is None:
            return tuple(b"".join(parts) for parts in self._joined)
        return tuple(histogram.to_bytes() for histogram in self._merged)

    @property
    def requests(self) -> int:
        """How many calls were added up."""
        return int(self.sums[0])

    @property
    def errors(self) -> int:
        """How many of them failed."""
        return int(self.sums[SUMMED.index("errors")])

    @property
    def cost(self) -> Decimal:
        """What they cost in USD, as far as that is known."""
        return Decimal(self.sums[SUMMED.index("cost")])

    def figures(self) -> Figures:
        """The figures of all that was added."""
        counts: dict[str, int] = {name: int(total) for name, total in zip(SUMMED, self.sums, strict=True)}
        del counts["cost"]
        latency, duration, speed = map(_percentiles, self.histograms)
        return Figures(
            cost=self.cost, latency_in_ms=latency, duration_in_ms=duration, tokens_per_second=speed, **counts
        )


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    together = Tally()
    for tally in tallies:
        together.add(tally.sums, tally.distributed)
    return together


def _percentiles(histogram: Histogram) -> Percentiles | None:
    found: Sequence[float | None] = histogram.percentiles(0.5, 0.95, 0.99)
    values = [value for value in found if value is not None]
    return Percentiles(*values) if values else None
