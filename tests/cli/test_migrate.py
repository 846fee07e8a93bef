"""`fluxgate migrate`, and what a person reads when the database or a setting is wrong."""

import sqlite3
from contextlib import closing


def test_it_migrates_once(fluxgate):
    assert fluxgate("migrate").out == "The database was migrated.\n"
    assert fluxgate("migrate").out == "The database is up to date.\n"


def test_it_refuses_a_database_that_newer_code_has_migrated(fluxgate, data_dir):
    fluxgate("migrate")
    with closing(sqlite3.connect(data_dir / "fluxgate.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    ended = fluxgate("migrate")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "The database was migrated by a newer FluxGate: run that version, or restore a backup\n"


def test_it_says_which_database_cannot_be_reached_without_its_password(fluxgate, monkeypatch):
    monkeypatch.setenv("FLUXGATE_DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/fluxgate")
    ended = fluxgate("migrate")
    assert ended.code == 1
    assert "127.0.0.1:1/fluxgate cannot be reached: check FLUXGATE_DATABASE_URL" in ended.err
    assert "secret" not in ended.err


def test_it_names_each_wrong_setting(fluxgate, monkeypatch):
    monkeypatch.setenv("FLUXGATE_TIMEZONE", "Mars")
    monkeypatch.setenv("FLUXGATE_RATE_LIMIT_PER_MINUTE", "0")
    ended = fluxgate("migrate")
    assert ended.code == 2
    assert "FLUXGATE_TIMEZONE: must be a time zone such as UTC" in ended.err
    assert "FLUXGATE_RATE_LIMIT_PER_MINUTE" in ended.err
