"""Many histograms as columns are what they are one by one."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from fluxgate_app.events.distributions import NONE, buckets_of, counts, packed, percentiles
from fluxgate_app.events.histogram import Histogram, bucket_of

SHARES = (0.5, 0.95, 0.99)
values = some.lists(some.floats(0, 1e13), max_size=50)
groups = some.lists(values, min_size=1, max_size=8)


def one_by_one(numbers: list[float]) -> Histogram:
    return Histogram(map(bucket_of, numbers))


@given(groups)
def test_bytes_are_those_of_each_alone(numbers: list[list[float]]):
    places = np.repeat(np.arange(len(numbers)), [len(each) for each in numbers])
    buckets = buckets_of(np.array([number for each in numbers for number in each], dtype=np.float64))
    assert packed(places, buckets, len(numbers)) == [one_by_one(each).to_bytes() for each in numbers]


@given(groups)
def test_percentiles_are_those_of_each_alone(numbers: list[list[float]]):
    found = percentiles(counts([one_by_one(each).to_bytes() for each in numbers]), SHARES).tolist()
    for mine, each in zip(found, numbers, strict=True):
        if each:
            assert mine == pytest.approx(one_by_one(each).percentiles(*SHARES))
        else:
            assert all(map(isnan, mine))


@given(values, values)
def test_bytes_that_were_joined_are_counted_together(numbers: list[float], others: list[float]):
    joined = one_by_one(numbers).to_bytes() + one_by_one(others).to_bytes()
    together = counts([one_by_one(numbers + others).to_bytes()])
    assert (counts([joined]).cells == together.cells).all()
    assert counts([joined]).first == together.first


@given(groups, some.data())
def test_rows_that_are_added_up_are_those_of_all_together(numbers: list[list[float]], data: some.DataObject):
    chosen = some.lists(some.sampled_from(range(len(numbers))), unique=True, max_size=4)
    parts = data.draw(some.lists(chosen, min_size=1, max_size=4))
    added = counts([one_by_one(each).to_bytes() for each in numbers]).added_up(parts)
    together = [one_by_one([number for place in part for number in numbers[place]]) for part in parts]
    expected = percentiles(counts([each.to_bytes() for each in together]), SHARES)
    assert percentiles(added, SHARES) == pytest.approx(expected, nan_ok=True)


@given(groups)
def test_what_is_taken_out_is_no_longer_counted(numbers: list[list[float]]):
    counted = counts([one_by_one(each).to_bytes() for each in numbers])
    everything = counted.added_up([list(range(len(numbers)))])
    others = counted.added_up([list(range(1, len(numbers)))])
    alone = percentiles(counts([one_by_one(numbers[0]).to_bytes()]), SHARES)
    assert percentiles(everything.less(others), SHARES) == pytest.approx(alone, nan_ok=True)


def test_what_is_not_known_is_not_counted():
    assert buckets_of(np.array([np.nan, 1.0])).tolist() == [NONE, bucket_of(1.0)]
    assert packed(np.array([0, 1]), buckets_of(np.array([np.nan, 1.0])), 2) == [b"", one_by_one([1.0]).to_bytes()]
