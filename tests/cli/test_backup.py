"""`fluxgate backup` and `fluxgate restore`: all that is kept, in one file and back."""

import io
import shutil
import stat
import tarfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from fluxgate_app.db import Database
from fluxgate_app.events.sweep import renew
from fluxgate_app.models import AiEvent
from fluxgate_app.models.columns import now
from fluxgate_app.settings import load

from ..missing import missing
from .conftest import Ended


@pytest.fixture(params=["sqlite", "postgresql"])
def history(request, fluxgate, data_dir: Path, monkeypatch) -> None:
    """Fifty calls in either database, and a secret key."""
    if request.param == "postgresql":
        if shutil.which("pg_dump") is None:
            missing("pg_dump is not installed: copies of PostgreSQL need it")
        request.getfixturevalue("postgres_url")
        monkeypatch.setenv("FLUXGATE_DATABASE_URL", request.getfixturevalue("empty_postgres"))
    assert fluxgate("seed", "--events", "50", "--days", "1").code == 0
    assert load().signing_key


@pytest.fixture
def empty_postgres(postgres_url: str) -> str:
    from sqlmodel import SQLModel

    with closing(Database(postgres_url)) as database, database.writing() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(table.delete())
    return postgres_url


def stored_calls() -> int:
    with closing(Database(load().sqlalchemy_url)) as database, database.reading() as session:
        return session.exec(select(func.count()).select_from(AiEvent)).one()


def test_what_was_lost_is_there_again(fluxgate, history, data_dir: Path, tmp_path: Path):
    key, journal = load().signing_key, data_dir / "journal"
    journal.mkdir()
    (journal / "proc_1.0000000000000000.jsonl").write_text("not yet stored\n")
    saved = fluxgate("backup", str(tmp_path / "all.tar"))
    assert saved.code == 0
    assert "the journal, the secret key" in saved.out
    fluxgate("seed", "--events", "7", "--days", "1")
    (data_dir / "secret_key").write_text("another")
    shutil.rmtree(journal)
    assert fluxgate("restore", str(tmp_path / "all.tar"), "--overwrite").code == 0
    assert (stored_calls(), load().signing_key) == (50, key)
    assert (journal / "proc_1.0000000000000000.jsonl").read_text() == "not yet stored\n"
    assert fluxgate("check").code == 0


def test_only_its_owner_may_read_it(fluxgate, history, tmp_path: Path):
    fluxgate("backup", str(tmp_path / "all.tar"))
    assert stat.S_IMODE((tmp_path / "all.tar").stat().st_mode) == 0o600


def refused(ended: Ended) -> str:
    assert ended.code == 1
    return ended.err.strip()


def test_it_refuses_to_overwrite_a_database_unasked(fluxgate, history, tmp_path: Path):
    fluxgate("backup", str(tmp_path / "all.tar"))
    said = refused(fluxgate("restore", str(tmp_path / "all.tar")))
    assert said == "There is a database already: with --overwrite the backup takes its place"
    assert stored_calls() == 50


def test_it_refuses_while_fluxgate_runs(fluxgate, history, tmp_path: Path):
    fluxgate("backup", str(tmp_path / "all.tar"))
    with closing(Database(load().sqlalchemy_url)) as database, database.writing() as session:
        renew(session, "proc_1", now() + timedelta(seconds=30), 0)
    said = refused(fluxgate("restore", str(tmp_path / "all.tar"), "--overwrite"))
    assert said == "FluxGate runs, or did until seconds ago: stop it first"


def test_it_refuses_what_is_no_backup(fluxgate, data_dir: Path, tmp_path: Path):
    (tmp_path / "notes.tar").write_text("groceries")
    assert "is no backup" in refused(fluxgate("restore", str(tmp_path / "notes.tar")))


def test_it_refuses_to_write_over_a_file(fluxgate, history, tmp_path: Path):
    (tmp_path / "all.tar").write_text("precious")
    assert "all.tar exists" in refused(fluxgate("backup", str(tmp_path / "all.tar")))
    assert (tmp_path / "all.tar").read_text() == "precious"


def archive(path: Path, **files: bytes) -> Path:
    """A tar with these files; `__` in a name stands for a slash, `UP` for two dots."""
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name.replace("__", "/").replace("UP", "..").replace("about", "backup.json"))
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


ABOUT = b'{"format": 1, "database": "sqlite", "savedAt": "2026-03-01T12:00:00+00:00"}'


def test_nothing_lands_outside_of_the_data_folder(fluxgate, data_dir: Path, tmp_path: Path):
    evil = archive(tmp_path / "evil.tar", about=ABOUT, journal__UP__UP__out=b"gotcha", UP__out=b"gotcha")
    refused(fluxgate("restore", str(evil)))
    assert not list(tmp_path.rglob("out"))


def test_links_are_not_followed(fluxgate, data_dir: Path, tmp_path: Path):
    with tarfile.open(archive(tmp_path / "evil.tar", about=ABOUT), "a") as tar:
        link = tarfile.TarInfo("database")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert "has no database" in refused(fluxgate("restore", str(tmp_path / "evil.tar")))


@pytest.mark.parametrize(
    "files",
    [
        {"about": ABOUT},
        {"about": ABOUT, "database": b""},
        {"about": ABOUT, "database": b"SQLite format 3\0 and then nonsense"},
        {"about": b"[]", "database": b""},
        {"about": b"{}", "database": b""},
        {"database": b""},
    ],
    ids=["no database", "an empty one", "a damaged one", "a list", "says nothing", "no word"],
)
def test_half_a_backup_leaves_all_as_it_was(fluxgate, data_dir: Path, tmp_path: Path, files):
    fluxgate("seed", "--events", "5", "--days", "1")
    journal = data_dir / "journal"
    journal.mkdir(exist_ok=True)
    (journal / "proc_1.0000000000000000.jsonl").write_text("not yet stored\n")
    refused(fluxgate("restore", str(archive(tmp_path / "half.tar", **files)), "--overwrite"))
    assert stored_calls() == 5
    assert (journal / "proc_1.0000000000000000.jsonl").exists()


def test_the_secret_key_stays_its_owner_s(fluxgate, data_dir: Path, tmp_path: Path):
    fluxgate("seed", "--events", "5", "--days", "1")
    assert load().signing_key
    fluxgate("backup", str(tmp_path / "all.tar"))
    (data_dir / "secret_key").unlink()
    assert fluxgate("restore", str(tmp_path / "all.tar"), "--overwrite").code == 0
    assert stat.S_IMODE((data_dir / "secret_key").stat().st_mode) == 0o600


def test_it_says_that_there_is_no_such_folder(fluxgate, data_dir: Path, tmp_path: Path):
    fluxgate("seed", "--events", "5", "--days", "1")
    assert "There is no folder" in refused(fluxgate("backup", str(tmp_path / "nowhere" / "all.tar")))


def test_a_backup_of_the_other_database_is_told(fluxgate, data_dir: Path, tmp_path: Path, monkeypatch, postgres_url):
    fluxgate("seed", "--events", "5", "--days", "1")
    fluxgate("backup", str(tmp_path / "all.tar"))
    monkeypatch.setenv("FLUXGATE_DATABASE_URL", postgres_url)
    said = refused(fluxgate("restore", str(tmp_path / "all.tar"), "--overwrite"))
    assert said == "The backup is of sqlite, and FLUXGATE_DATABASE_URL names postgresql"


def test_without_a_database_there_is_nothing_to_copy(fluxgate, data_dir: Path, tmp_path: Path):
    assert "nothing to back up" in refused(fluxgate("backup", str(tmp_path / "all.tar")))
    assert list(tmp_path.glob("*.tar")) == []
