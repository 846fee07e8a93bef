"""The tables of recorded calls as SQLAlchemy's core sees them, and many rows at once into and out of them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, Connection, Dialect, Table, inspect, text
from sqlmodel import Session, SQLModel

from fluxgate_app.models import (
    AccountRollup,
    AiEvent,
    AiEventContent,
    Budget,
    BudgetHold,
    BudgetSpend,
    Conversation,
    EndUser,
    EventBlock,
    EventCounter,
    Feedback,
    IngestReceipt,
    KindRollup,
    OpenCall,
    ProcessLease,
    Pruning,
    UserRollup,
)


def _table(model: type[SQLModel]) -> Table:
    return cast(Table, inspect(model).local_table)


EVENTS = _table(AiEvent)
CONTENTS = _table(AiEventContent)
FEEDBACK = _table(Feedback)
BUDGETS = _table(Budget)
BUDGET_SPENDS = _table(BudgetSpend)
BUDGET_HOLDS = _table(BudgetHold)
CONVERSATIONS = _table(Conversation)
END_USERS = _table(EndUser)
OPEN_CALLS = _table(OpenCall)
LEASES = _table(ProcessLease)
RECEIPTS = _table(IngestReceipt)
PRUNINGS = _table(Pruning)
KIND_ROLLUPS = _table(KindRollup)
ACCOUNT_ROLLUPS = _table(AccountRollup)
USER_ROLLUPS = _table(UserRollup)
EVENT_BLOCKS = _table(EventBlock)
EVENT_COUNTERS = _table(EventCounter)

CHUNK = 1000


def wait_for_turn(session: Session, work: str = "events") -> None:
    """Let one transaction at a time store events, or do other `work`; the turn ends with it.

    So that what is read stays true until it is written, and row ids grow in the order in which they become visible.
    SQLite's write lock has done that already.
    """
    if session.connection().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
        session.connection().execute(lock, {"name": f"fluxgate {work}"})


def insert(session: Session, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]], then: str = "") -> None:
    """Insert these rows, values in the order of `names`, with an `ON CONFLICT` clause if one is given.

    Twice as fast as SQLAlchemy's own, which looks up every value by its name.
    """
    if given := list(rows):
        insert_bound(session, table, names, list(_bound(session.connection().dialect, table, names, given)), then)


def insert_bound(
    session: Session, table: Table, names: Sequence[str], bound: list[tuple[Any, ...]], then: str = ""
) -> None:
    """The same with values as the driver takes them (`binder`)."""
    if bound:
        connection = session.connection()
        connection.exec_driver_sql(_insertion(connection.dialect, table, tuple(names), then), bound)


def present(session: Session, table: Table, tracking_ids: Collection[str]) -> list[str]:
    """Those of the tracking ids that the table has; most often none, so that no rows are made of it."""
    connection, ids = session.connection(), list(tracking_ids)
    found: list[str] = []
    for start in range(0, len(ids), CHUNK):
        chunk = tuple(ids[start : start + CHUNK])
        query = f"SELECT tracking_id FROM {table.name} WHERE tracking_id IN {_marks(connection.dialect, len(chunk))}"
        found += connection.exec_driver_sql(query, chunk).scalars()
    return found


def remove(session: Session, table: Table, tracking_ids: Iterable[str]) -> None:
    """Delete the rows of these tracking ids."""
    connection = session.connection()
    if bound := [(tracking_id,) for tracking_id in tracking_ids]:
        connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE tracking_id = {_mark(connection.dialect)}", bound)


def find(
    session: Session, table: Table, key: Sequence[str], wanted: Sequence[tuple[Any, ...]], names: Sequence[str]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The values of these columns, as the driver gives them, for each of the wanted keys that exists.

    A join, because SQLite reads the whole table for `(a, b) IN (…)`.
    """
    if not wanted:
        return {}
    connection = session.connection()
    columns = _quoted(connection.dialect, key)
    match = " AND ".join(f"found.{column} = wanted.{column}" for column in columns)
    values = ", ".join(f"found.{name}" for name in _quoted(connection.dialect, names))
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        rows = ", ".join([_marks(connection.dialect, len(key) + 1)] * len(chunk))
        bound = _bound(connection.dialect, table, key, chunk)
        answer = connection.exec_driver_sql(
            f"WITH wanted (number, {', '.join(columns)}) AS (VALUES {rows}) "
            f"SELECT wanted.number, {values} FROM wanted CROSS JOIN {table.name} AS found WHERE {match}",
            tuple(value for number, row in enumerate(bound) for value in (number, *row)),
        )
        found |= {tuple(chunk[row[0]]): tuple(row[1:]) for row in answer}
    return found


def fitted(text: str | None, length: int | None = None) -> str | None:
    """The text as both databases take it: without NUL, at most so many characters."""
    if text is None or ("\0" not in text and (length is None or len(text) <= length)):
        return text
    return text.replace("\0", "")[:length]


# Small groups are many, and to find out these texts and binders would cost more than to run them.
@lru_cache(maxsize=500)
def _insertion(dialect: Dialect, table: Table, names: tuple[str, ...], then: str) -> str:
    return (
        f"INSERT INTO {table.name} ({', '.join(_quoted(dialect, names))}) VALUES {_marks(dialect, len(names))} {then}"
    )


@lru_cache(maxsize=500)
def _binders(dialect: Dialect, table: Table, names: tuple[str, ...]) -> list[tuple[int, Callable[[Any], Any]]]:
    return [(place, bind) for place, name in enumerate(names) if (bind := _binder(dialect, table.c[name]))]


def _quoted(dialect: Dialect, names: Iterable[str]) -> list[str]:
    return [dialect.identifier_preparer.quote(name) for name in names]


def _marks(dialect: Dialect, count: int) -> str:
    return f"({', '.join([_mark(dialect)] * count)})"


def _mark(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"


def _bound(
    dialect: Dialect, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    binders = _binders(dialect, table, tuple(names))
    # Rows that are sorted repeat their first values, and to bind an hour costs more than to compare it.
    last: dict[int, tuple[Any, Any]] = {}
    for row in rows:
        values = list(row)
        for place, bind in binders:
            if (value := values[place]) is not None:
                if place not in last or last[place][0] != value:
                    last[place] = (value, bind(value))
                values[place] = last[place][1]
        yield tuple(values)


def binder(connection: Connection, column: Column[Any]) -> Callable[[Any], Any]:
    """What makes of a value of this column what the driver takes."""
    return _binder(connection.dialect, column) or _same


def _same(value: Any) -> Any:
    return value


def _binder(dialect: Dialect, column: Column[Any]) -> Callable[[Any], Any] | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)
