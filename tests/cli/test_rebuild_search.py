"""`fluxgate rebuild-search`: the texts of all calls are indexed again."""

import sqlite3
from contextlib import closing


def test_it_indexes_all_that_is_complete(fluxgate, data_dir):
    fluxgate("seed", "--events", "200", "--days", "2")
    for _ in range(2):
        ended = fluxgate("rebuild-search")
        assert (ended.code, ended.out.splitlines()[-1][:39]) == (0, "The texts of 192 calls are indexed; tho")
    with closing(sqlite3.connect(data_dir / "fluxgate.db")) as connection:
        assert connection.execute("SELECT id FROM event_block").fetchall() == [(0,), (1,), (2,)]
        found = connection.execute("SELECT rowid FROM event_text WHERE event_text MATCH '\"evt\"'").fetchall()
    assert found == [(0,), (1,), (2,)]
