"""A histogram's percentiles are at most 2 % off, however it was put together."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fluxgate_app.events.histogram import Histogram

values = some.lists(some.floats(0.001, 1e9), min_size=1, max_size=200)


def histogram(numbers: list[float]) -> Histogram:
    made = Histogram()
    for number in numbers:
        made.add(number)
    return made


def exact(numbers: list[float], share: float) -> float:
    return sorted(numbers)[max(1, ceil(share * len(numbers))) - 1]


@given(values, some.sampled_from([0.0, 0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_at_most_two_percent_off(numbers: list[float], share: float):
    assert histogram(numbers).percentile(share) == pytest.approx(exact(numbers, share), rel=0.02)


@given(values)
def test_bytes_keep_all_of_it(numbers: list[float]):
    data = histogram(numbers).to_bytes()
    assert Histogram.from_bytes(data).to_bytes() == data
    assert Histogram.from_bytes(data).total == len(numbers)


@given(values, values)
def test_two_merged_are_one_of_all_values(some_numbers: list[float], others: list[float]):
    merged = histogram(some_numbers)
    merged.merge(histogram(others))
    assert merged.to_bytes() == histogram(some_numbers + others).to_bytes()


@given(values, values)
def test_what_is_taken_out_leaves_no_trace(kept: list[float], removed: list[float]):
    both = histogram(kept + removed)
    for number in removed:
        both.add(number, -1)
    assert both.to_bytes() == histogram(kept).to_bytes()


def test_nothing_counted_has_no_percentile_and_no_bytes():
    assert Histogram().percentile(0.5) is None
    assert Histogram().to_bytes() == b""


def test_zero_counts_as_the_smallest_value():
    assert histogram([0.0]).percentile(0.5) == pytest.approx(0.001, rel=0.02)


def test_an_hour_of_many_calls_is_small():
    assert len(histogram([100 + number / 10 for number in range(100_000)]).to_bytes()) < 500
