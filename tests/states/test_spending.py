"""What a conversation came to."""

from decimal import Decimal

import pytest

from fluxgate_app.events.spending import Spending
from fluxgate_app.states.spending import Spent, spent


@pytest.mark.parametrize(
    ("spending", "told"),
    [
        (Spending(), Spent()),
        (Spending(2, Decimal("0.0214"), 0, 7100), Spent("$0.0214", "$0.0214", "7.1k", 2, 0)),
        (Spending(1, Decimal(0), 0, 12), Spent("$0", "$0", "12", 1, 0)),
        (Spending(1, Decimal(0), 1, 12), Spent("unpriced", "", "12", 0, 1)),
        (Spending(3, Decimal("0.5"), 1, 90, is_estimated=True), Spent("≈$0.50", "$0.50", "90", 2, 1)),
    ],
)
def test_it_says_what_is_known_and_what_is_not(spending: Spending, told: Spent) -> None:
    assert spent(spending) == told


def test_one_more_call_is_added() -> None:
    more = Spending(1, Decimal(1), 0, 5).plus(None, "unpriced", None).plus(Decimal(2), "estimated", 7)
    assert more == Spending(3, Decimal(3), 1, 12, is_estimated=True)
