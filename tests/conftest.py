"""What every test may ask for: an empty migrated database of each kind."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from fluxgate_app.db import Database, migrate

POSTGRES = os.environ.get("FLUXGATE_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: a migration per test would be most of its time."""
    path = tmp_path_factory.mktemp("empty") / "fluxgate.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A migrated PostgreSQL database of this run alone."""
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    name = f"fluxgate_test_{uuid4().hex[:12]}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL at FLUXGATE_TEST_POSTGRES (default 127.0.0.1:5432)")
    url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    yield url
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty migrated database: the test runs once on each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "fluxgate.db")
        return f"sqlite:///{tmp_path / 'fluxgate.db'}"
    url: str = request.getfixturevalue("postgres_url")
    with closing(Database(url)) as database, database.writing() as session:
        # Deleting from small tables is several times faster than truncating them.
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(table.delete())
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty migrated database of each kind."""
    with closing(Database(database_url)) as opened:
        yield opened
