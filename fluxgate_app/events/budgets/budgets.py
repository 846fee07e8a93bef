"""The budgets as calls meet them: nothing to do where none applies, otherwise something to hold before they leave."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from fluxgate_app.db import Database
from fluxgate_app.errors import Blocked
from fluxgate_app.events.budgets import ledger
from fluxgate_app.events.budgets.hold import Hold
from fluxgate_app.events.budgets.ledger import Outcome, Standing, Wish
from fluxgate_app.events.budgets.question import Estimate, Question
from fluxgate_app.events.budgets.rule import Rule, Rules, rule_of
from fluxgate_app.events.budgets.spending import subjects_of
from fluxgate_app.events.budgets.words import reached, unpriced
from fluxgate_app.models import Budget, BudgetScope
from fluxgate_app.models.columns import now
from fluxgate_app.tracking.call import new_tracking_id
from fluxgate_app.tracking.record import Owner

Waiting = tuple[Wish, "asyncio.Future[Outcome]"]


class Budgets:
    """What this process knows of all budgets, at most as old as the last `refresh`.

    What calls hold is in the database, so that every process that shares it counts the same. Calls that come while
    one transaction runs share the next. `process_id` is the one whose lease the recorder keeps.
    """

    def __init__(self, database: Database, process_id: str, zone: str):
        self.zone = ZoneInfo(zone)
        self._database = database
        self._process_id = process_id
        self._rules: Rules = {}
        self._waiting: list[Waiting] = []
        self._holding: asyncio.Task[None] | None = None
        self._under_way: set[str] = set()
        # Calls end in any thread.
        self._ended: deque[tuple[str, Decimal | None]] = deque()

    def applying(self, owner: Owner, feature: str | None) -> tuple[Rule, ...]:
        """The budgets that calls of this owner and feature fall under."""
        if not self._rules:
            return ()
        keys = subjects_of(owner.account, owner.api_key, feature)
        return tuple(rule for key in keys for rule in self._rules.get(key, ()))

    async def admit(self, owner: Owner, feature: str | None, question: Callable[[], Question]) -> Hold | None:
        """What the call may spend, held until its end; None where no budget applies, or it costs nothing.

        Raises Blocked when too little is left, or the call has no price and a budget takes no such calls.
        """
        rules = self.applying(owner, feature)
        if not rules:
            return None
        asked = question()
        estimate = asked.estimate(now())
        if estimate is None:
            return _without_price(rules, asked.model)
        if not estimate.whole:
            return None
        return await self._hold(rules, estimate)

    async def check(self, owner: Owner, feature: str | None, question: Callable[[], Question]) -> None:
        """Raises Blocked when nothing is left for it, so that nothing need be begun; holds nothing."""
        rules = self.applying(owner, feature)
        estimate = question().estimate(now()) if rules else None
        if estimate is None or not estimate.whole:
            return
        for standing in await self.standings(rules):
            if standing.is_short_of(estimate.asked):
                raise Blocked(reached(standing, now()))

    async def standings(self, rules: Sequence[Rule]) -> list[Standing]:
        """How these budgets stand, in their order; what calls of this process have just cost is known already."""
        if not rules:
            return []
        if self._ended:
            await self._database.write(ledger.settle, self._taken())
        found = await self._database.read(ledger.standings, rules, now())
        return [found[rule.id] for rule in rules]

    async def refresh(self) -> None:
        """Read what admins decided, and forget what is held for nothing. Raises SQLAlchemyError when that fails."""
        rows = await self._database.read(lambda session: list(session.exec(select(Budget))))
        rules: dict[tuple[BudgetScope, str], list[Rule]] = defaultdict(list)
        for row in rows:
            rules[row.scope, row.subject].append(rule_of(row, self.zone))
        self._rules = dict(rules)
        if self._rules or self._ended:
            await self._database.write(self._tidy)

    async def _hold(self, rules: Sequence[Rule], estimate: Estimate) -> Hold:
        wish = Wish(new_tracking_id(), rules, estimate.whole, estimate.least)
        try:
            outcome = await self._outcome(wish)
        except asyncio.CancelledError:
            # It may just have been granted.
            self._end(wish.tracking_id, None)
            raise
        if outcome.amount is None:
            self._under_way.discard(wish.tracking_id)
            raise Blocked(reached(outcome.tightest, now()))
        return Hold(wish.tracking_id, rules, estimate, outcome, more=self._outcome, end=self._end)

    async def _outcome(self, wish: Wish) -> Outcome:
        future = asyncio.get_running_loop().create_future()
        self._under_way.add(wish.tracking_id)
        self._waiting.append((wish, future))
        if self._holding is None:
            self._holding = asyncio.create_task(self._hold_for_all(), name="holding of budgets")
        return await future

    async def _hold_for_all(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                await self._hold_for(waiting)
        finally:
            self._holding = None

    async def _hold_for(self, waiting: Sequence[Waiting]) -> None:
        wishes, ended = [wish for wish, _ in waiting], self._taken()
        try:
            outcomes = await self._database.write(ledger.reserve, self._process_id, wishes, ended, now())
        except Exception as error:
            self._ended.extendleft(ended.items())
            for wish, future in waiting:
                self._under_way.discard(wish.tracking_id)
                if not future.done():
                    future.set_exception(error)
            return
        for (wish, future), outcome in zip(waiting, outcomes, strict=True):
            if future.done():
                # Whoever asked has left.
                self._end(wish.tracking_id, None)
            else:
                future.set_result(outcome)

    def _tidy(self, session: Session) -> None:
        ledger.settle(session, self._taken())
        ledger.sweep(session, self._process_id, tuple(self._under_way), now())

    def _taken(self) -> dict[str, Decimal | None]:
        """The calls that have ended since the last time."""
        return dict(self._ended.popleft() for _ in range(len(self._ended)))

    def _end(self, tracking_id: str, cost: Decimal | None) -> None:
        self._under_way.discard(tracking_id)
        self._ended.append((tracking_id, cost))


def _without_price(rules: Sequence[Rule], model: str) -> None:
    """Raises Blocked where a budget takes no such calls."""
    for rule in rules:
        if rule.refuses_unpriced:
            raise Blocked(unpriced(rule, model), 403, "unpriced")
