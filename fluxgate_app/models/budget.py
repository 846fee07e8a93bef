"""What may be spent, and what of it is."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from fluxgate_app.models.columns import Money, UtcTime, now, words
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table


class BudgetScope(StrEnum):
    """Whose calls a budget counts: everybody's, or those of one account, feature or API key."""

    OVERALL = "overall"
    ACCOUNT = "account"
    FEATURE = "feature"
    API_KEY = "apiKey"


class BudgetPeriod(StrEnum):
    """How often it starts anew, in FLUXGATE_TIMEZONE."""

    DAY = "day"
    MONTH = "month"


class Budget(Table, table=True):
    """At most `amount` USD a period, for the calls of a scope; `subject` is the id or the feature, '' for overall.

    One that `refuses_unpriced` lets no call pass whose price is unknown. `made_by` is None for the command.
    """

    __table_args__ = (UniqueConstraint("scope", "subject", "period"),)

    id: str = Field(default_factory=lambda: new_id("budget"), primary_key=True)
    scope: BudgetScope = Field(sa_column=Column(words(BudgetScope), nullable=False))
    subject: str = Field(default="", max_length=200)
    period: BudgetPeriod = Field(sa_column=Column(words(BudgetPeriod), nullable=False))
    amount: Decimal = Field(sa_type=Money)
    refuses_unpriced: bool = False
    made_by: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)


class BudgetSpend(Table, table=True):
    """What the calls that a budget counts cost in the quarter of an hour from `start` on, since there is the budget.

    Kept in the transaction that stores the calls; a day or a month of any time zone is made up of such quarters.
    """

    budget_id: str = Field(primary_key=True)
    start: datetime = Field(sa_type=UtcTime, primary_key=True)
    cost: Decimal = Field(default=Decimal(0), sa_type=Money)


class BudgetHold(Table, table=True):
    """What a call under way may spend of a budget: gone in the transaction that stores what it did spend.

    It counts until `expires_at`, and after that for as long as its process lives (see ProcessLease).
    """

    budget_id: str = Field(primary_key=True)
    tracking_id: str = Field(primary_key=True, max_length=64, index=True)
    process_id: str = Field(max_length=64)
    amount: Decimal = Field(sa_type=Money)
    expires_at: datetime = Field(sa_type=UtcTime)
