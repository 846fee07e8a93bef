"""What one call holds of its budgets: more while its answer grows, what it cost at its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal

from sqlalchemy.exc import SQLAlchemyError

from fluxgate_app.errors import Blocked
from fluxgate_app.events.budgets.ledger import Outcome, Wish
from fluxgate_app.events.budgets.question import USUAL_TOKENS, Estimate
from fluxgate_app.events.budgets.rule import Rule
from fluxgate_app.events.budgets.words import used_up
from fluxgate_app.models.columns import now, to_money

logger = logging.getLogger(__name__)

# As `tracking.usage.estimate` has it.
_CHARACTERS = 4
# More is asked for when so much of what is held has been used.
_EARLY, _LATE = Decimal("0.75"), Decimal(2)
_ENDLESS = 2**62


class Hold:
    """A `tracking.watch.Watch` that lets a call have what its budgets have; `more` holds more of them for it."""

    def __init__(
        self,
        tracking_id: str,
        rules: Sequence[Rule],
        estimate: Estimate,
        outcome: Outcome,
        *,
        more: Callable[[Wish], Awaitable[Outcome]],
        end: Callable[[str, Decimal | None], None],
    ):
        self.tracking_id = tracking_id
        self._rules = rules
        self._estimate = estimate
        self._more = more
        self._end = end
        self._asking: asyncio.Task[None] | None = None
        self._granted = Decimal(0)
        self._take(outcome, estimate.whole)

    def grew(self, characters: int) -> None:
        """Hold more in time; raises Blocked when all that is left has been used."""
        if characters < self._ask_at:
            return
        if self._is_last and characters >= self._cut_at:
            raise Blocked(used_up(self._tightest.rule, now()))
        if self._asking is None and not self._is_refused:
            self._asking = asyncio.create_task(self._hold_more())

    def ended(self, cost: Decimal | None) -> None:
        """Hold no more than that until it is stored; nothing when nothing is known of it."""
        self._end(self.tracking_id, cost)

    async def _hold_more(self) -> None:
        try:
            wish = Wish(self.tracking_id, self._rules, USUAL_TOKENS * self._estimate.per_token)
            self._take(await self._more(wish), wish.amount)
        except SQLAlchemyError:
            # A database that is away cuts nobody short: it is asked again with the next chunk.
            logger.debug("a budget could not be asked for more", exc_info=True)
        finally:
            self._asking = None

    def _take(self, outcome: Outcome, wanted: Decimal) -> None:
        self._tightest = outcome.tightest
        self._is_refused = outcome.amount is None
        # Less than was wanted is all that there is, unless another call gives some of its own back in time.
        self._is_last = outcome.amount is None or outcome.amount < to_money(wanted)
        self._granted += outcome.amount or 0
        self._cut_at = self._room()
        # Where the vendor knows how long the answer may be, more is needed only if it does not care.
        is_bounded = self._estimate.most_tokens is not None and not self._is_last
        self._ask_at = int(self._cut_at * (_LATE if is_bounded else _EARLY))

    def _room(self) -> int:
        """How many characters what is held is enough for."""
        asked, per_token = self._estimate.asked, self._estimate.per_token
        if not per_token:
            return _ENDLESS
        return int(max(Decimal(0), self._granted - asked) / per_token) * _CHARACTERS
