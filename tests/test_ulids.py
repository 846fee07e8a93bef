"""Ids that sort by the time they were made."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from ulid import ULID

from fluxgate_app.ulids import new_ulid

MOMENT = datetime(2026, 3, 1, 12, 30, 15, 250_000, UTC)


def test_it_is_what_others_read_as_a_ulid_of_that_moment():
    assert ULID.from_str(new_ulid(MOMENT)).datetime == MOMENT


def test_it_is_of_now_when_no_moment_is_given():
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    assert before <= ULID.from_str(new_ulid()).datetime <= datetime.now(UTC)


def test_they_sort_by_time_and_differ_within_a_moment():
    moments = [MOMENT + timedelta(milliseconds=number) for number in range(100)]
    made = [new_ulid(moment) for moment in moments]
    assert made == sorted(made)
    assert len({new_ulid(MOMENT) for _ in range(1000)}) == 1000


def test_the_largest_and_the_smallest_time_have_26_letters():
    assert new_ulid(datetime(1970, 1, 1, tzinfo=UTC)).startswith("0" * 10)
    assert len(new_ulid(datetime(9999, 12, 31, tzinfo=UTC))) == 26


def test_a_fork_makes_others_than_its_parent():
    forking = (
        "import os; from fluxgate_app.ulids import new_ulid; os.fork(); os.write(1, f'{new_ulid()[10:]} '.encode())"
    )
    made = subprocess.run([sys.executable, "-c", forking], check=True, capture_output=True, text=True).stdout.split()
    assert len(set(made)) == len(made) == 2
