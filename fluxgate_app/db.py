"""One database, SQLite or PostgreSQL: how it is opened, migrated, read and written."""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    FromClause,
    PoolProxiedConnection,
    Select,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from fluxgate_app.errors import DatabaseError

ROOT = Path(__file__).resolve().parent.parent
BUSY_TIMEOUT_MS = 10_000

P = ParamSpec("P")
T = TypeVar("T")
Statement = Select[*tuple[Any, ...]]


class Database:
    """Reads and writes in short transactions. Nothing here is held open over an await on anything else."""

    def __init__(self, url: str):
        """The engines hide what a statement carried: an error's message may not quote anybody's text."""
        self.url = url
        on_sqlite = url.startswith("sqlite")
        self.engine = _sqlite(url) if on_sqlite else _postgresql(url)
        # As on SQLite, all that one session reads is of one moment.
        self._snapshots = self.engine if on_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._look_ups = _LookUps(self.engine) if on_sqlite else None

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session for queries; what it changes is thrown away."""
        with Session(self._snapshots, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Generator[Session]:
        """A session whose transaction commits at the end or not at all. On SQLite it first waits for its turn."""
        with (
            self.engine.connect().execution_options(fluxgate_writes=True) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    async def read(self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `query(session, …)` in a thread."""
        return await asyncio.to_thread(self._read, query, *args, **kwargs)

    async def look_up(self, statement: Statement, key: str | None) -> Any:
        """The row of a statement that is kept and asks by one unique `key`, None when there is none.

        On SQLite in place, where it takes less time than handing it to a thread, and holds up nobody for longer.
        """
        if self._look_ups is not None:
            try:
                return self._look_ups.find(statement, key)
            except sqlite3.OperationalError as error:
                # As SQLAlchemy says it, but without the key.
                raise OperationalError(str(statement), None, error) from error
        return await asyncio.to_thread(self._look_up, statement, key)

    async def write(self, change: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `change(session, …)` in a thread, in one transaction."""
        return await asyncio.to_thread(self._write, change, *args, **kwargs)

    def _look_up(self, statement: Statement, key: str | None) -> Any:
        with self.engine.connect() as connection:
            return connection.execute(statement, {"key": key}).first()

    def _read(self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self.reading() as session:
            return query(session, *args, **kwargs)

    def _write(self, change: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self.writing() as session:
            return change(session, *args, **kwargs)

    def close(self) -> None:
        """Give all connections back."""
        if self._look_ups is not None:
            self._look_ups.close()
        self.engine.dispose()


class _LookUps:
    """Single rows of SQLite, on a connection of their own that is never in a transaction.

    Every request asks for one, and SQLAlchemy's way (check out, begin, execute, roll back) takes five times as long.
    """

    def __init__(self, engine: Engine):
        self._engine = engine
        self._connection: PoolProxiedConnection | None = None
        self._prepared: dict[Statement, tuple[str, Callable[[tuple[Any, ...]], Any]]] = {}

    def find(self, statement: Statement, key: str | None) -> Any:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
        if statement not in self._prepared:
            self._prepared[statement] = str(statement.compile(self._engine)), _row_of(statement, self._engine.dialect)
        sql, row = self._prepared[statement]
        # All rows: a cursor that is not at its end would go on reading the database as it was.
        found = cast("sqlite3.Connection", self._connection.driver_connection).execute(sql, (key,)).fetchall()
        return row(found[0]) if found else None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _row_of(statement: Statement, dialect: Dialect) -> Callable[[tuple[Any, ...]], SimpleNamespace]:
    """What makes a row with named columns from what the driver gives, which is most often what it gave before."""
    readers = [
        (name, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for name, column in statement.selected_columns.items()
    ]

    @lru_cache(maxsize=1024)
    def row(values: tuple[Any, ...]) -> SimpleNamespace:
        named = zip(readers, values, strict=True)
        return SimpleNamespace(**{name: read(value) if read else value for (name, read), value in named})

    return row


def _postgresql(url: str) -> Engine:
    return create_engine(url, pool_size=10, pool_pre_ping=True, hide_parameters=True)


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path:
        _make_folder(Path(path).parent)
    options = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    engine = create_engine(url, connect_args=options, hide_parameters=True)
    engine.dialect.statement_compiler = _Hinting

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: a write has to take its lock at once, see below.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        # SQLite's own knows only ASCII letters.
        connection.create_function("fluxgate_lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once when another wrote in between.
        writes = connection.get_execution_options().get("fluxgate_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class _Hinting(SQLiteCompiler):
    """Writes what `with_hint` says of a table behind its name, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def _lower(text: str | None) -> str | None:
    return text.lower() if text else text


def _make_folder(folder: Path) -> None:
    try:
        # Sessions and conversations are nobody else's business on this machine.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"The folder {folder} cannot be made: {error.strerror}. Check FLUXGATE_DATA_DIR") from error


def _wait_for_other_migrations(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('fluxgate migrate'))"))


def migrate(url: str) -> bool:
    """Bring the database to this code's schema; True when there was something to do.

    Raises DatabaseError when it cannot be reached, or when newer code has migrated it.
    """
    # Alembic is slow to import and needed only here.
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    from alembic import command

    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    database = Database(url)
    try:
        with database.engine.connect().execution_options(fluxgate_writes=True) as connection:
            _wait_for_other_migrations(connection)
            before = MigrationContext.configure(connection).get_current_revision()
            if before == ScriptDirectory.from_config(config).get_current_head():
                return False
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except OperationalError as error:
        shown = make_url(url).render_as_string(hide_password=True)
        raise DatabaseError(f"The database {shown} cannot be reached: check FLUXGATE_DATABASE_URL") from error
    except DriverError as error:
        if getattr(error.orig, "sqlite_errorname", None) != "SQLITE_NOTADB":
            raise
        raise DatabaseError(
            f"The file {make_url(url).database} is no SQLite database: move it away, or check FLUXGATE_DATABASE_URL"
        ) from error
    except CommandError as error:
        raise DatabaseError(
            "The database was migrated by a newer FluxGate: run that version, or restore a backup"
        ) from error
    finally:
        database.close()
    return True
