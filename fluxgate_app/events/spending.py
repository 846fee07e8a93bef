"""What the calls of one conversation came to."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlmodel import Session

from fluxgate_app.events.tables import EVENTS
from fluxgate_app.tracking import CostSource


@dataclass(frozen=True, slots=True)
class Spending:
    """Sums over calls: `cost` in USD of those that have a price, `unpriced` the number of those that have none.

    `is_estimated` says that a part of the cost is.
    """

    requests: int = 0
    cost: Decimal = Decimal(0)
    unpriced: int = 0
    tokens: int = 0
    is_estimated: bool = False

    def plus(self, cost: Decimal | None, source: str, tokens: int | None) -> "Spending":
        """With one more call."""
        return Spending(
            self.requests + 1,
            self.cost + (cost or 0),
            self.unpriced + (cost is None),
            self.tokens + (tokens or 0),
            self.is_estimated or source == CostSource.ESTIMATED,
        )


def of_conversation(session: Session, account_id: str, conversation_id: str, but: str | None = None) -> Spending:
    """Over the recorded calls of this account's conversation, those of deleted messages too, without the call `but`."""
    events = EVENTS.c
    estimated = case((events.cost_source == CostSource.ESTIMATED, 1), else_=0)
    sums = (
        func.count(),
        func.sum(events.cost),
        func.sum(case((events.cost.is_(None), 1), else_=0)),
        func.sum(func.coalesce(events.input_tokens, 0) + func.coalesce(events.output_tokens, 0)),
        func.sum(estimated),
    )
    query = select(*sums).where(events.conversation_id == conversation_id, events.account == account_id)
    if but is not None:
        query = query.where(events.tracking_id != but)
    requests, cost, unpriced, tokens, guessed = session.connection().execute(query).one()
    return Spending(requests, cost or Decimal(0), unpriced or 0, tokens or 0, bool(guessed))
