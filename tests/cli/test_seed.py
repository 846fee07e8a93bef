"""`fluxgate seed`: a believable history that is told from real calls."""

import sqlite3
from contextlib import closing

import pytest


def test_it_stores_what_it_was_asked_for_and_marks_it_as_seed(fluxgate, data_dir):
    ended = fluxgate("seed", "--events", "600", "--days", "3")
    assert ended.code == 0
    assert ended.out.endswith("600 events of the last 3 days are stored. An admin sees them in Requests.\n")
    with closing(sqlite3.connect(data_dir / "fluxgate.db")) as connection:
        assert connection.execute("SELECT origin, count(*) FROM ai_event GROUP BY origin").fetchall() == [("seed", 600)]
        assert connection.execute("SELECT sum(requests) FROM kind_rollup WHERE minutes = 60").fetchone() == (600,)


def test_seeding_twice_adds(fluxgate, data_dir):
    for _ in range(2):
        fluxgate("seed", "--events", "20", "--days", "1")
    with closing(sqlite3.connect(data_dir / "fluxgate.db")) as connection:
        assert connection.execute("SELECT count(*) FROM ai_event").fetchone() == (40,)


@pytest.mark.parametrize("option", [("--events", "0"), ("--days", "0")])
def test_it_refuses_to_store_nothing(fluxgate, option):
    assert fluxgate("seed", *option).code == 2
