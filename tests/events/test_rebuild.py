"""Rollups can be added up again from the rows, and are when a migration has emptied them."""

from random import Random

from sqlmodel import delete, select

from fluxgate_app.db import Database
from fluxgate_app.events.rebuild import migrate, rebuild
from fluxgate_app.models import AccountRollup, EventCounter, KindRollup, UserRollup

from .test_rollups import calls, put

ROLLUPS = (AccountRollup, EventCounter, KindRollup, UserRollup)


def test_they_are_added_up_again(database: Database, make_call, rollups_must_equal_the_rows):
    put(database, calls(make_call, Random(3), range(150)))
    with database.writing() as session:
        session.execute(delete(UserRollup))
        next(iter(session.exec(select(KindRollup)))).requests += 5
    assert rebuild(database) == 150
    rollups_must_equal_the_rows(database)


def test_a_migration_that_empties_them_fills_them_again(database: Database, make_call, rollups_must_equal_the_rows):
    put(database, calls(make_call, Random(4), range(50)))
    with database.writing() as session:
        for table in ROLLUPS:
            session.execute(delete(table))
    assert migrate(database.url) is True
    rollups_must_equal_the_rows(database)
    assert migrate(database.url) is False


def test_without_rows_there_is_nothing_to_add_up(database: Database):
    assert migrate(database.url) is False
