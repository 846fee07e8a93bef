"""What a conversation came to, in figures for its header."""

from dataclasses import dataclass

from fluxgate_app.events.spending import Spending
from fluxgate_app.states import figures


@dataclass(frozen=True)
class Spent:
    """The cost, every digit of it, the tokens, and how many requests have a price and how many none.

    All empty before the first call.
    """

    cost: str = ""
    exact: str = ""
    tokens: str = ""
    priced: int = 0
    unpriced: int = 0


def spent(spending: Spending) -> Spent:
    """$0.021 for 7 tokens; "≈" before what is estimated in part, "unpriced" where nothing has a price."""
    if not spending.requests:
        return Spent()
    priced = spending.requests - spending.unpriced
    source = "estimated" if spending.is_estimated else "computed"
    return Spent(
        figures.money(spending.cost if priced else None, source),
        figures.exact_money(spending.cost) if priced else "",
        figures.count(spending.tokens),
        priced,
        spending.unpriced,
    )
