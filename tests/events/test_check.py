"""Whether the figures that are kept add up to the rows, to the last place."""

from decimal import Decimal
from random import Random

import pytest
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.events.check import differences
from fluxgate_app.events.rebuild import rebuild
from fluxgate_app.models import AccountRollup, KindRollup, UserRollup

from .test_rollups import calls, put


def test_they_do(database: Database, make_call):
    put(database, calls(make_call, Random(5), range(200)))
    with database.reading() as session:
        assert differences(session) == []


def test_without_any_call_they_do(database: Database):
    with database.reading() as session:
        assert differences(session) == []


@pytest.mark.parametrize("table", [AccountRollup, KindRollup, UserRollup])
def test_one_that_is_off_by_the_smallest_amount_is_named(database: Database, make_call, table):
    put(database, calls(make_call, Random(6), range(50)))
    with database.writing() as session:
        wrong = session.exec(select(table)).first()
        wrong.cost += Decimal("0.000000000001")
        minutes, origin = wrong.minutes, wrong.origin
    with database.reading() as session:
        (found,) = differences(session)
    assert (found.rollup, found.origin, found.measure) == (
        f"{table.__tablename__} of {minutes} min",
        origin,
        "cost",
    )
    assert found.kept - found.rows == Decimal("0.000000000001")
    rebuild(database)
    with database.reading() as session:
        assert differences(session) == []
