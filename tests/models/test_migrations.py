"""The migrations build the tables that the code declares, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import null, text
from sqlmodel import SQLModel, col, select

from alembic import command
from fluxgate_app.db import ROOT, Database, migrate
from fluxgate_app.errors import DatabaseError
from fluxgate_app.models import AiEvent


def drop_everything(database: Database) -> None:
    with database.writing() as session:
        connection = session.connection()
        SQLModel.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))


def is_declared(_thing: object, name: str | None, *_: object) -> bool:
    """Where a database has trigrams, an index of them is made while texts are indexed."""
    return name != "ix_event_block_text"


def test_a_migrated_database_has_the_declared_tables(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_declared})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(Config(toml_file=str(ROOT / "pyproject.toml"))).get_heads()) == 1


def test_a_second_migration_has_nothing_to_do(database_url: str):
    assert migrate(database_url) is False


def test_whether_old_counts_are_estimates_is_taken_from_what_was_kept(database: Database):
    same = {"created_at": datetime.now(UTC), "origin": "real", "provider": "openai", "model": "m", "kind": "chat"}
    ended: dict[str, dict[str, Any]] = {
        "cut": {"status": "CANCELLED", "cost_source": "unpriced"},
        "cut, with a price": {"status": "CANCELLED", "cost_source": "estimated"},
        "told": {"status": "SUCCESS", "cost_source": "unpriced"},
        "cut, but counted": {"status": "CANCELLED", "cost_source": "unpriced", "raw_usage": {"prompt_tokens": 9}},
    }
    with database.writing() as session:
        for id, more in ended.items():
            session.add(AiEvent(tracking_id=id, output_tokens=3, **{"raw_usage": null(), **same, **more}))
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    with database.engine.connect().execution_options(fluxgate_writes=True) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0020")
        connection.commit()
    assert migrate(database.url)
    with database.reading() as session:
        estimated = session.exec(select(AiEvent.tracking_id).where(col(AiEvent.tokens_estimated))).all()
    assert sorted(estimated) == ["cut", "cut, with a price"]


def test_programs_that_start_together_migrate_once(database: Database):
    drop_everything(database)
    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(migrate, [database.url] * 3)) == [False, False, True]


def test_it_refuses_a_database_of_newer_code(database: Database):
    with database.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(DatabaseError, match="newer FluxGate"):
            migrate(database.url)
    finally:
        drop_everything(database)
        migrate(database.url)


def test_it_names_a_database_that_cannot_be_reached_without_its_password():
    with pytest.raises(DatabaseError, match=r"postgresql\+psycopg://ann:\*\*\*@127.0.0.1:1/x cannot be reached"):
        migrate("postgresql+psycopg://ann:hunter2@127.0.0.1:1/x")
