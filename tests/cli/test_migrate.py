"""`fluxgate migrate`, and what a person reads when the database or a setting is wrong."""

import sqlite3
from contextlib import closing

import pytest


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


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:port/fluxgate", "postgresql://[::1/fluxgate", "sqlite:"])
def test_it_refuses_an_address_that_is_none(fluxgate, monkeypatch, url):
    monkeypatch.setenv("FLUXGATE_DATABASE_URL", url)
    ended = fluxgate("migrate")
    assert ended.code == 2
    assert ended.err.startswith("FLUXGATE_DATABASE_URL must ")


def test_it_refuses_a_data_folder_that_cannot_be_made(fluxgate, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FLUXGATE_DATA_DIR", str(tmp_path / "file" / "data"))
    ended = fluxgate("migrate")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"The folder {tmp_path / 'file' / 'data'} cannot be made: ")


def test_nobody_else_on_this_machine_may_look_into_the_data_folder(fluxgate, monkeypatch, tmp_path):
    monkeypatch.setenv("FLUXGATE_DATA_DIR", str(tmp_path / "new"))
    fluxgate("migrate")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_it_refuses_a_secret_file_that_is_no_text(fluxgate, monkeypatch, tmp_path):
    (tmp_path / "secret").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(tmp_path / "secret"))
    ended = fluxgate("migrate")
    assert (ended.code, ended.err) == (2, "A _FILE setting names a file that is no text, or .env is none\n")


@pytest.mark.parametrize("name", ["FLUXGATE_PUBLIC_URL", "FLUXGATE_CORS_ORIGINS"])
@pytest.mark.parametrize("value", ["chat.example.com", "https://chat.example.com/path", "https://"])
def test_it_says_what_an_origin_looks_like(fluxgate, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    ended = fluxgate("migrate")
    assert ended.code == 2
    assert f"{name}: '{value}' must look like https://chat.example.com" in ended.err


def test_it_refuses_a_file_that_is_no_database(fluxgate, data_dir):
    (data_dir / "fluxgate.db").write_text(
        "A shopping list, and a long one, so that it cannot be an empty database. " * 9
    )
    ended = fluxgate("migrate")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        f"The file {data_dir / 'fluxgate.db'} is no SQLite database: move it away, or check FLUXGATE_DATABASE_URL\n"
    )
