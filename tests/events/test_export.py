"""Recorded calls as files: all of them, exact, page by page, and harmless in a spreadsheet."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from pyarrow import parquet

from fluxgate_app.db import Database
from fluxgate_app.events.columns import COLUMNS
from fluxgate_app.events.export import FORMATS, export
from fluxgate_app.events.export.parquet_file import ParquetFile
from fluxgate_app.events.filters import parse
from fluxgate_app.events.store import store
from fluxgate_app.tracking.record import Owner, Status, Usage

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def five(database: Database, make_call) -> Database:
    """Five calls of Alice's and one of Bob's; the first is the strangest."""
    strange = make_call(0, feature='=1+1\r\n"é"', cost=Decimal("0.0000015"), error_message="-2", usage=Usage(None, 7))
    calls = [strange, *(make_call(number) for number in range(1, 4)), make_call(4, cost=None, status=Status.ERROR)]
    with database.writing() as session:
        store(session, [*calls, make_call(9, owner=Owner("usr_bob"))], "proc_1")
    return database


async def written(database: Database, kind: str, scope: str | None = "usr_alice", query: str = "") -> bytes:
    filters = parse([tuple(pair.split("=")) for pair in query.split("&") if pair], NOW)
    return b"".join([part async for part in export(database, FORMATS[kind](), scope, filters, page=2)])


def numbers(tracking_ids: list[str]) -> list[int]:
    return [int(tracking_id.removeprefix("evt_")) for tracking_id in tracking_ids]


async def test_csv_has_a_line_for_each_call_newest_first(five):
    rows = list(csv.DictReader(StringIO((await written(five, "csv")).decode(), newline="")))
    assert list(rows[0]) == list(COLUMNS)
    assert numbers([row["trackingId"] for row in rows]) == [4, 3, 2, 1, 0]
    assert (rows[1]["createdAt"], rows[1]["cost"], rows[1]["isStreamed"]) == (
        "2026-03-01T12:00:03.000Z",
        "0.0025",
        "true",
    )
    assert (rows[0]["cost"], rows[4]["cost"], rows[4]["inputTokens"]) == ("", "0.0000015", "")


async def test_csv_has_no_formulas(five):
    strange = list(csv.DictReader(StringIO((await written(five, "csv")).decode(), newline="")))[-1]
    assert strange["feature"] == '\'=1+1\r\n"é"'
    assert strange["errorMessage"] == "'-2"


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n"])
async def test_each_beginning_of_a_formula_is_defused(database, make_call, beginning):
    with database.writing() as session:
        store(session, [make_call(1, feature=f"{beginning}SUM(A1)")], "proc_1")
    (row,) = csv.DictReader(StringIO((await written(database, "csv")).decode(), newline=""))
    assert row["feature"] == f"'{beginning}SUM(A1)"


async def test_jsonl_has_the_lines_of_the_list(five):
    lines = (await written(five, "jsonl")).decode().splitlines()
    events = [json.loads(line, parse_float=Decimal) for line in lines]
    assert numbers([event["trackingId"] for event in events]) == [4, 3, 2, 1, 0]
    assert [event["cost"] for event in events] == [None, *[Decimal("0.0025")] * 3, Decimal("0.0000015")]
    assert set(events[0]) == set(COLUMNS)


async def test_parquet_has_types(five):
    table = parquet.read_table(BytesIO(await written(five, "parquet")))
    rows = table.to_pylist()
    assert table.column_names == list(COLUMNS)
    assert numbers([row["trackingId"] for row in rows]) == [4, 3, 2, 1, 0]
    assert [row["cost"] for row in rows] == [None, *[Decimal("0.0025")] * 3, Decimal("0.0000015")]
    assert rows[1]["createdAt"] == datetime(2026, 3, 1, 12, 0, 3, tzinfo=UTC)
    assert (rows[4]["inputTokens"], rows[4]["outputTokens"], rows[4]["isStreamed"]) == (None, 7, True)


async def test_parquet_is_written_in_row_groups(five):
    parts = [part async for part in export(five, ParquetFile(row_group=2), None, page=2)]
    assert parquet.read_metadata(BytesIO(b"".join(parts))).num_row_groups == 3
    assert [len(part) > 0 for part in parts] == [True] * 5


@pytest.mark.parametrize("kind", FORMATS)
async def test_nothing_is_a_whole_file_too(database, kind):
    file = await written(database, kind)
    if kind == "parquet":
        assert parquet.read_table(BytesIO(file)).num_rows == 0
    else:
        assert file == (",".join(COLUMNS) + "\r\n" if kind == "csv" else "").encode()


async def test_filters_and_scope_are_those_of_the_list(five):
    async def found(scope, query=""):
        lines = (await written(five, "jsonl", scope, query)).decode().splitlines()
        return numbers([json.loads(line)["trackingId"] for line in lines])

    assert await found(None) == [9, 4, 3, 2, 1, 0]
    assert await found("usr_bob") == [9]
    assert await found("usr_alice", "status=ERROR") == [4]
    assert await found("usr_mallory") == []
