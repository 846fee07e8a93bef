"""The figures of some calls, and how they are added up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
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

    __slots__ = ("given", "sums", "taken")

    def __init__(self, sums: Sequence[int | Decimal] = _ZERO, given: list[Sequence[bytes]] | None = None) -> None:
        self.sums = sums
        # Bytes are not looked into as long as nobody asks for percentiles.
        self.given = given or []
        self.taken: list[Sequence[bytes]] = []

    def add(self, sums: Sequence[int | Decimal]) -> None:
        """Add what a query summed, in the order of SUMMED."""
        known = self.sums
        self.sums = sums if known is _ZERO else [mine + theirs for mine, theirs in zip(known, sums, strict=True)]

    def distribute(self, histograms: Sequence[bytes]) -> None:
        """Add distributions, in the order of DISTRIBUTED."""
        self.given.append(histograms)

    def less(self, parts: Sequence["Tally"]) -> "Tally":
        """What is left without these parts of it."""
        left, taken = total([self]), total(parts)
        left.sums = [mine - theirs for mine, theirs in zip(left.sums, taken.sums, strict=True)]
        left.taken = taken.given
        return left

    @property
    def is_distributed(self) -> bool:
        """Whether there are distributions."""
        return bool(self.given)

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


def total(tallies: Sequence[Tally]) -> Tally:
    """All of them together."""
    sums = list(map(sum, zip(_ZERO, *(part.sums for part in tallies), strict=True)))
    return Tally(sums, list(chain.from_iterable(part.given for part in tallies)))


def figures(tallies: Sequence[Tally]) -> list[Figures]:
    """The figures of each: many at once take little longer than one."""
    if not any(tally.is_distributed for tally in tallies):
        return [_figures(tally, None, None, None) for tally in tallies]
    latency, duration, speed = (_percentiles(tallies, place) for place, _ in enumerate(DISTRIBUTED))
    return [_figures(*each) for each in zip(tallies, latency, duration, speed, strict=True)]


def _figures(
    tally: Tally, latency: Percentiles | None, duration: Percentiles | None, speed: Percentiles | None
) -> Figures:
    requests, errors, unpriced, cost, read, written, cached, cache_written, reasoned, audio = tally.sums
    tokens = int(read), int(written), int(cached), int(cache_written), int(reasoned), int(audio)
    return Figures(int(requests), int(errors), int(unpriced), Decimal(cost), *tokens, latency, duration, speed)


def _percentiles(tallies: Sequence[Tally], place: int) -> Iterator[Percentiles | None]:
    # As columns that are all in memory, so not of very many at once.
    for start in range(0, len(tallies), AT_ONCE):
        some = tallies[start : start + AT_ONCE]
        # What is in several of them, as in a group's and in the total, is read once.
        known = {id(each): each[place] for tally in some for each in (*tally.given, *tally.taken)}
        numbers = dict(zip(known, range(len(known)), strict=True))
        counted = counts(list(known.values()))
        added = counted.added_up([[numbers[id(each)] for each in tally.given] for tally in some])
        if any(tally.taken for tally in some):
            added = added.less(counted.added_up([[numbers[id(each)] for each in tally.taken] for tally in some]))
        for values in percentiles(added, SHARES).tolist():
            yield None if isnan(values[0]) else Percentiles(*values)
