"""The figures of some calls, and how they are added up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isnan

from fluxgate_app.events.distributions import counts, percentiles
from fluxgate_app.events.rollups import DISTRIBUTED, SUMMED

SHARES = (0.5, 0.95, 0.99)
AT_ONCE = 2000
_ZERO = tuple(Decimal(0) if name == "cost" else 0 for name in SUMMED)


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

    __slots__ = ("_given", "_taken", "sums")

    def __init__(self) -> None:
        self.sums: Sequence[int | Decimal] = _ZERO
        # Bytes are joined and not looked into as long as nobody asks for percentiles.
        self._given: tuple[list[bytes], ...] = ([], [], [])
        self._taken: tuple[list[bytes], ...] = ([], [], [])

    def add(self, sums: Sequence[int | Decimal], histograms: Iterable[bytes] = ()) -> None:
        """Add what a query summed, in the order of SUMMED and DISTRIBUTED."""
        self.sums = (
            sums if self.sums is _ZERO else [mine + theirs for mine, theirs in zip(self.sums, sums, strict=True)]
        )
        self.distribute(histograms)

    def distribute(self, histograms: Iterable[bytes]) -> None:
        """Add distributions alone, in the order of DISTRIBUTED."""
        for mine, theirs in zip(self._given, histograms, strict=False):
            mine.append(theirs)

    def less(self, parts: Iterable["Tally"]) -> "Tally":
        """What is left without these parts of it."""
        left = total([self])
        for part in parts:
            left.sums = [mine - theirs for mine, theirs in zip(left.sums, part.sums, strict=True)]
            for taken, theirs in zip(left._taken, part._given, strict=True):
                taken.extend(theirs)
        return left

    def histogram(self, place: int) -> tuple[bytes, bytes]:
        """The histogram at this place in DISTRIBUTED, and what is to be taken out of it."""
        return b"".join(self._given[place]), b"".join(self._taken[place])

    @property
    def requests(self) -> int:
        """How many calls were added up."""
        return int(self.sums[0])

    @property
    def errors(self) -> int:
        """How many of them failed."""
        return int(self.sums[SUMMED.index("errors")])

    @property
    def unpriced(self) -> int:
        """How many of them have no price."""
        return int(self.sums[SUMMED.index("unpriced")])

    @property
    def cost(self) -> Decimal:
        """What they cost in USD, as far as that is known."""
        return Decimal(self.sums[SUMMED.index("cost")])


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    together, parts = Tally(), list(tallies)
    together.sums = list(map(sum, zip(_ZERO, *(part.sums for part in parts), strict=True)))
    for part in parts:
        for mine, theirs in zip(together._given, part._given, strict=True):
            mine.extend(theirs)
    return together


def figures(tallies: Sequence[Tally]) -> list[Figures]:
    """The figures of each: many at once take little longer than one."""
    latency, duration, speed = (_percentiles(tallies, place) for place, _ in enumerate(DISTRIBUTED))
    return [_figures(*each) for each in zip(tallies, latency, duration, speed, strict=True)]


def _figures(
    tally: Tally, latency: Percentiles | None, duration: Percentiles | None, speed: Percentiles | None
) -> Figures:
    sums: dict[str, int] = {name: int(total) for name, total in zip(SUMMED, tally.sums, strict=True)}
    del sums["cost"]
    return Figures(cost=tally.cost, latency_in_ms=latency, duration_in_ms=duration, tokens_per_second=speed, **sums)


def _percentiles(tallies: Sequence[Tally], place: int) -> Iterator[Percentiles | None]:
    # As columns that are all in memory, so not of very many at once.
    for start in range(0, len(tallies), AT_ONCE):
        some = tallies[start : start + AT_ONCE]
        given, taken = zip(*(tally.histogram(place) for tally in some), strict=True)
        for values in percentiles(counts(given, taken), SHARES).tolist():
            yield None if isnan(values[0]) else Percentiles(*values)
