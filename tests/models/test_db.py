"""Reads and writes are short transactions that wait for their turn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from fluxgate_app.db import Database
from fluxgate_app.models import Conversation, ProcessLease

THEN = datetime(2026, 3, 1, tzinfo=UTC)


def add(session: Session, name: str) -> None:
    session.add(ProcessLease(process_id=name, expires_at=THEN))


def names(session: Session) -> list[str]:
    return list(session.exec(select(ProcessLease.process_id).order_by(ProcessLease.process_id)))


async def test_what_is_written_can_be_read(database: Database):
    await database.write(add, "one")
    assert await database.read(names) == ["one"]


def test_a_write_that_fails_changes_nothing(database: Database):
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        add(session, "one")
        session.flush()
        raise ZeroDivisionError
    with database.reading() as session:
        assert names(session) == []


def test_what_a_read_changes_is_thrown_away(database: Database):
    with database.reading() as session:
        add(session, "one")
        session.flush()
    with database.reading() as session:
        assert names(session) == []


def test_writers_wait_for_each_other(database: Database):
    def read_then_write(number: int) -> None:
        with database.writing() as session:
            names(session)
            add(session, f"{number:02}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(read_then_write, range(20)))
    with database.reading() as session:
        assert len(names(session)) == 20


def test_it_refuses_a_row_whose_parent_does_not_exist(database: Database):
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Conversation(account_id="usr_nobody"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_is_told_by_which_index_to_read(database: Database):
    lease = ProcessLease.__table__  # pyright: ignore[reportAttributeAccessIssue]
    query = select(lease.c.process_id).with_hint(lease, "INDEXED BY no_such_index", "sqlite")
    with database.reading() as session, pytest.raises(OperationalError, match="no such index: no_such_index"):
        session.connection().execute(query)
