"""Pieces of time as a table to join: one parameter however many they are, so that the statement stays the same."""

import json
from collections.abc import Iterable

from sqlalchemy import CTE, Integer, column, text
from sqlalchemy.sql.elements import TextClause

from fluxgate_app.events.metrics.sources import Piece
from fluxgate_app.models.columns import UtcTime

_TABLES: dict[str, TextClause] = {
    "sqlite": text(
        "SELECT json_extract(value, '$[0]') AS number, json_extract(value, '$[1]') AS minutes, "
        "json_extract(value, '$[2]') AS since, json_extract(value, '$[3]') AS until FROM json_each(:pieces)"
    ),
    "postgresql": text(
        "SELECT CAST(value ->> 0 AS integer) AS number, CAST(value ->> 1 AS integer) AS minutes, "
        "CAST(value ->> 2 AS timestamp) AT TIME ZONE 'UTC' AS since, "
        "CAST(value ->> 3 AS timestamp) AT TIME ZONE 'UTC' AS until FROM json_array_elements(CAST(:pieces AS json))"
    ),
}
_COLUMNS = column("number", Integer), column("minutes", Integer), column("since", UtcTime()), column("until", UtcTime())
# As SQLite stores times.
_WRITTEN = "%Y-%m-%d %H:%M:%S.%f"


def piece_table(dialect: str, pieces: Iterable[Piece]) -> CTE:
    """A table `piece` of `number`, `minutes`, `since` and `until` for this database."""
    rows = [
        (each.number, each.minutes, f"{each.period.since:{_WRITTEN}}", f"{each.period.until:{_WRITTEN}}")
        for each in pieces
    ]
    table = _TABLES[dialect].bindparams(pieces=json.dumps(rows)).columns(*_COLUMNS)
    # Otherwise SQLite reads the JSON again for every row that it joins.
    return table.cte("piece").prefix_with("MATERIALIZED")
