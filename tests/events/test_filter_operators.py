"""Every operator of every column, against a plain Python computation over the same rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fluxgate_app.db import Database
from fluxgate_app.events.columns import COLUMNS, EventColumn
from fluxgate_app.events.event_row import STORED, EventRow
from fluxgate_app.events.filters import Filters, parse
from fluxgate_app.events.operators import LISTED, operators_of
from fluxgate_app.events.queries import list_events
from fluxgate_app.events.store import add
from fluxgate_app.events.values import Values

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXTS = ["a", "A", "ab", "a%b", "a_b", "a/b", "Über", "straße", "数据", "é 📈", "x" * 50, "", "' OR 1=1", "\\"]
POOLS: dict[Values, list[Any]] = {
    Values.TEXT: TEXTS,
    Values.COUNT: [0, 1, 2, 10, 2**31 - 1],
    Values.DURATION: [0.0, 0.5, 120.25, 1e7],
    Values.MONEY: [Decimal(0), Decimal("0.0025"), Decimal("0.000000000001"), Decimal("1234567.5"), Decimal(2)],
    Values.TIME: [NOON + timedelta(seconds=step, microseconds=step) for step in (-90_000, -1, 0, 1, 90_000)],
    Values.FLAG: [True, False],
}

Model = Callable[[Any, list[Any]], bool]


def equal(value: Any, wanted: list[Any]) -> bool:
    return value is not None and value in wanted


def known(compare: Callable[[Any, list[Any]], bool]) -> Model:
    return lambda value, wanted: value is not None and compare(value, wanted)


MODELS: dict[str, Model] = {
    "": equal,
    "in": equal,
    "not": lambda value, wanted: not equal(value, wanted),
    "contains": known(lambda value, wanted: any(one.lower() in value.lower() for one in wanted)),
    "gt": known(lambda value, wanted: value > wanted[0]),
    "gte": known(lambda value, wanted: value >= wanted[0]),
    "lt": known(lambda value, wanted: value < wanted[0]),
    "lte": known(lambda value, wanted: value <= wanted[0]),
    "between": known(lambda value, wanted: wanted[0] <= value <= wanted[1]),
    "empty": lambda value, wanted: (value is None) is wanted[0],
}


def pool(column: EventColumn) -> list[Any]:
    return list(column.words) or POOLS[column.values]


def row(number: int, random: Random) -> EventRow:
    def value(column: EventColumn) -> Any:
        return random.choice([*pool(column), *([None] * 3 if column.may_be_empty else [])])

    made = {column.attribute: value(column) for column in COLUMNS.values()}
    return EventRow(row_id=number, **made | {"tracking_id": f"{random.choice(TEXTS)}{number}"})


@pytest.fixture
def rows(database: Database) -> list[EventRow]:
    """A hundred calls in which every column holds everything it may, or nothing."""
    random = Random(1)
    made = [row(number, random) for number in range(1, 101)]
    with database.writing() as session:
        add(session, made)
    return made


def one_filter(name: str, operator: str) -> st.SearchStrategy[tuple[str, str, list[Any]]]:
    column = COLUMNS[name]
    values = st.sampled_from(pool(column))
    if operator == "empty":
        wanted = st.booleans().map(lambda flag: [flag])
    elif operator == "between":
        wanted = st.lists(values, min_size=2, max_size=2).map(sorted)
    else:
        wanted = st.lists(values, min_size=1, max_size=3 if operator in ("", "in", "not", "contains") else 1)
    return wanted.map(lambda chosen: (name, operator, chosen))


ALL = [(name, operator) for name, column in COLUMNS.items() for operator in operators_of(column)]
FILTERS = st.sampled_from(ALL).flatmap(lambda pair: one_filter(*pair))


def alone(one: tuple[str, str, list[Any]]) -> tuple[str, str]:
    """What may be asked once: listed and repeated values of a column are one filter."""
    return one[0], one[1].removesuffix("in")


def pairs(name: str, operator: str, wanted: list[Any]) -> list[tuple[str, str]]:
    values = Values.FLAG if operator == "empty" else COLUMNS[name].values
    written = [values.write(value) for value in wanted]
    if operator in ("in", "between"):
        written = [",".join(written)]
    return [(f"{name}.{operator}".removesuffix("."), text) for text in written]


def expected(rows: list[EventRow], asked: list[tuple[str, str, list[Any]]]) -> set[str]:
    return {
        row.tracking_id
        for row in rows
        if all(MODELS[operator](getattr(row, COLUMNS[name].attribute), wanted) for name, operator, wanted in asked)
    }


def found(database: Database, filters: Filters) -> set[str]:
    with database.reading() as session:
        return {event.tracking_id for event in list_events(session, None, filters, 1000).events}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(FILTERS, min_size=1, max_size=3, unique_by=alone))
def test_filters_together_let_through_what_python_does(database, rows, asked):
    filters = parse([pair for one in asked for pair in pairs(*one)], NOON)
    assert found(database, filters) == expected(rows, asked)


def test_each_operator_of_each_column_does(database, rows):
    random = Random(2)
    for name, operator in ALL:
        count = {"between": 2, "": 2, "in": 2, "not": 2}.get(operator, 1)
        wanted = sorted(random.sample(pool(COLUMNS[name]), count)) if operator != "empty" else [True]
        filters = parse(pairs(name, operator, wanted), NOON)
        assert found(database, filters) == expected(rows, [(name, operator, wanted)]), (name, operator, wanted)


@given(asked=st.lists(FILTERS, max_size=4, unique_by=alone))
def test_an_address_made_of_filters_means_the_same(asked):
    filters = parse([("q", "a&b"), ("range", "last-week"), *(pair for one in asked for pair in pairs(*one))], NOON)
    assert parse(filters.pairs, NOON) == filters


def test_the_columns_of_a_row_can_all_be_asked_for():
    assert {column.attribute for column in COLUMNS.values()} == set(STORED)


SAID = {
    "feature=chat-api": "feature is chat-api",
    "feature=a&feature=b": "feature is a or b",
    "feature.not=chat": "feature is not chat",
    "cost.gt=0.01": "cost above $0.01",
    "latencyInMs.between=100,2500.5": "latency between 100 ms and 2500.5 ms",
    "inputTokens.gte=1000": "input tokens at least 1,000",
    "isStreamed=true": "streamed is true",
    "user.empty=true": "user is empty",
    "user.empty=false": "user is not empty",
    "errorMessage.contains=quota": "error message contains quota",
    "q=quota": "anything contains quota",
    "range=7d": "in the last 7 days",
    "range=1h": "in the last 1 hour",
    "range=last-month": "last month",
    "from=2026-03-01&timezone=Asia/Kolkata": "from 2026-03-01 00:00:00 IST",
}


@pytest.mark.parametrize(("query", "words"), SAID.items(), ids=SAID)
def test_a_filter_says_what_it_does(query: str, words: str):
    assert parse([tuple(pair.split("=")) for pair in query.split("&")], NOON).words == [words]


@pytest.mark.parametrize(("listed", "written"), [("status", LISTED)])
def test_listed_values_are_the_same_as_repeated_ones(listed, written):
    repeated = parse([(listed, "ERROR"), (listed, "TIMEOUT"), (listed, "SUCCESS")], NOON)
    assert parse([(f"{listed}.{written}", "ERROR,TIMEOUT,SUCCESS")], NOON) == repeated
    assert parse([(listed, "ERROR"), (f"{listed}.{written}", "TIMEOUT,SUCCESS")], NOON) == repeated
