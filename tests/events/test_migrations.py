"""A migration of sums loses none, also where the requests behind them are gone."""

from datetime import timedelta
from random import Random

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlmodel import select

from fluxgate_app.db import ROOT, Database
from fluxgate_app.events.check import differences
from fluxgate_app.events.histogram import Histogram
from fluxgate_app.events.prune import Ages, prune
from fluxgate_app.events.rollups import DISTRIBUTED, FOUR_HOURS, SPANNED, SUMMED

from .conftest import NOON
from .test_rollups import calls, put


def four_hours(database: Database) -> dict[tuple, tuple]:
    """All sums over four hours, histograms as they count."""
    found: dict[tuple, tuple] = {}
    with database.reading() as session:
        for rollup in SPANNED:
            query = select(rollup.table).where(rollup.table.c.minutes == FOUR_HOURS)
            for row in session.connection().execute(query).mappings():
                histograms = (Histogram.from_bytes(row[name]).to_bytes() for name in DISTRIBUTED)
                sums = (row[name] for name in SUMMED)
                found[rollup.table.name, *(row[name] for name in rollup.key_columns)] = (*sums, *histograms)
    return found


def test_sums_over_four_hours_are_those_of_their_hours(database: Database, make_call):
    put(database, calls(make_call, Random(3), range(150)))
    put(database, [make_call(number, created_at=NOON + timedelta(days=20)) for number in range(1000, 1040)])
    assert prune(database, Ages(requests=7), NOON + timedelta(days=20)).requests == 150
    before = four_hours(database)
    migration = ScriptDirectory.from_config(Config(toml_file=str(ROOT / "pyproject.toml"))).get_revision("0015").module
    with database.writing() as session, Operations.context(MigrationContext.configure(session.connection())):
        migration.downgrade()
        session.expire_all()
        migration.upgrade()
    assert four_hours(database) == before != {}
    with database.reading() as session:
        assert differences(session) == []
