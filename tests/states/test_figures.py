"""Numbers as people read them."""

from decimal import Decimal

import pytest

from fluxgate_app.states import figures


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        ("0.0045", "$0.0045"),
        ("0.0000123456", "$0.0000123"),
        ("0.5", "$0.50"),
        ("1.284", "$1.28"),
        ("12", "$12"),
        ("12.449", "$12.4"),
        ("123.4", "$123"),
        ("999.6", "$1k"),
        ("1284", "$1.28k"),
        ("12400", "$12.4k"),
        ("0", "$0"),
    ],
)
def test_it_says_money_in_three_digits(usd: str, said: str) -> None:
    assert figures.money(Decimal(usd)) == said


def test_it_says_unknown_money_in_words_and_marks_an_estimate() -> None:
    assert figures.money(None) == "unpriced"
    assert figures.money(Decimal("0.0024"), "estimated") == "≈$0.0024"


def test_it_keeps_every_digit_for_the_hover() -> None:
    assert figures.exact_money(Decimal("0.004512000001")) == "$0.004512000001"
    assert figures.exact_money(None) == ""


@pytest.mark.parametrize(("tokens", "said"), [(0, "0"), (208, "208"), (1234, "1.23k"), (12_400, "12.4k"), (None, "–")])
def test_it_says_tokens_shortly(tokens: int | None, said: str) -> None:
    assert figures.count(tokens) == said


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(0.4, "0 ms"), (412.4, "412 ms"), (999.6, "1 s"), (2413, "2.41 s"), (59_999, "60 s"), (72_000, "1 min 12 s")],
)
def test_it_says_milliseconds_below_a_second_and_seconds_above(milliseconds: float, said: str) -> None:
    assert figures.duration(milliseconds) == said


def test_it_says_how_fast_the_tokens_came_after_the_first() -> None:
    assert figures.tokens_per_second(100, 500, 2500) == "50 tok/s"
    assert figures.tokens_per_second(100, 500, None) == ""
