"""What a conversation came to, in words for its header."""

from dataclasses import dataclass

from fluxgate_app.events.spending import Spending
from fluxgate_app.states import figures


@dataclass(frozen=True)
class Spent:
    """The cost, what else there is to say, and every digit for the hover; all empty before the first call."""

    cost: str = ""
    tokens: str = ""
    exact: str = ""


def spent(spending: Spending) -> Spent:
    """$0.021 · 7 tokens; "≈" before what is estimated in part, "unpriced" where nothing has a price."""
    if not spending.requests:
        return Spent()
    priced = spending.requests - spending.unpriced
    source = "estimated" if spending.is_estimated else "computed"
    cost = figures.money(spending.cost if priced else None, source)
    exact = f"{figures.exact_money(spending.cost)} for {_requests(priced)}" if priced else ""
    if priced and spending.unpriced:
        cost += f" + {spending.unpriced} unpriced"
    unpriced = f"{_requests(spending.unpriced)} without a price" if spending.unpriced else ""
    return Spent(cost, f"{figures.count(spending.tokens)} tokens", ", ".join(filter(None, (exact, unpriced))))


def _requests(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'}"
