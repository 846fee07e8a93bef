"""What a call will cost at least and at most, before it is made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from fluxgate_app.tracking.prices import Prices
from fluxgate_app.tracking.record import CostOverride, Usage
from fluxgate_app.tracking.usage.estimate import tokens

USUAL_TOKENS = 1000
# A price grows evenly with the output, so that two of them tell it for any.
_PROBE = 1_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """A call that is about to leave. `texts` gives what the model will read, `most_tokens` how much it may write.

    One that `streams` can be cut when nothing is left; any other is paid for whole.
    """

    provider: str
    model: str
    prices: Prices
    texts: Callable[[], Iterable[str]]
    most_tokens: int | None = None
    override: CostOverride | None = None
    streams: bool = False

    def estimate(self, at: datetime) -> "Estimate | None":
        """What it will cost; None when it has no price."""
        read = tokens(sum(map(len, self.texts())))
        asked, probed = self._cost(read, 0, at), self._cost(read, _PROBE, at)
        if asked is None or probed is None:
            return None
        # What a client says may be nonsense, and less than nothing would leave more to spend.
        most = None if self.most_tokens is None else max(0, self.most_tokens)
        return Estimate(asked, (probed - asked) / _PROBE, most, self.streams)

    def _cost(self, read: int, written: int, at: datetime) -> Decimal | None:
        usage = Usage(read, written)
        return self.prices.cost(usage, self.provider, (self.model,), at, override=self.override).cost


class Estimate(NamedTuple):
    """USD for what is read and for each token that is written, and how many of these there may be, if that is known;
    whether it can be cut.
    """

    asked: Decimal
    per_token: Decimal
    most_tokens: int | None
    streams: bool

    @property
    def least(self) -> Decimal:
        """USD without which it is not begun."""
        return self.asked if self.streams or self.most_tokens is None else self.whole

    @property
    def whole(self) -> Decimal:
        """USD for all of it, if it writes no more than usual where it is not told how much it may."""
        return self.asked + (USUAL_TOKENS if self.most_tokens is None else self.most_tokens) * self.per_token
