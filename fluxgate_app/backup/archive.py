"""The file of a backup: a tar of what there is to keep."""

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlalchemy import func, inspect, select
from sqlmodel import col

from fluxgate_app.backup import postgresql, sqlite
from fluxgate_app.db import Database
from fluxgate_app.errors import Conflict, Invalid
from fluxgate_app.models import ProcessLease
from fluxgate_app.models.columns import now
from fluxgate_app.settings import Settings

FORMAT = 1
_ABOUT, _DATABASE, _KEY, _JOURNAL = "backup.json", "database", "secret_key", "journal"
_COPY: dict[str, Callable[[str, Path], None]] = {"sqlite": sqlite.copy, "postgresql": postgresql.dump}
_PUT_BACK: dict[str, Callable[[str, Path], None]] = {"sqlite": sqlite.put, "postgresql": postgresql.load}


def save(settings: Settings, path: Path) -> list[str]:
    """Write a backup while FluxGate runs; gives what is in it. Nobody but its owner may read the file.

    Raises Conflict when there is a file already, Invalid when there is no such folder, BackupFailed.
    """
    if path.exists():
        raise Conflict(f"{path} exists: choose another name, or move it away")
    if not path.parent.is_dir():
        raise Invalid(f"There is no folder {path.parent}")
    kind = _kind(settings.sqlalchemy_url)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fluxgate-backup-") as folder:
        # What is in the journal only is stored from it after a restore; what is in both is known by its id.
        parts = [*_journal(settings, Path(folder)), *_key(settings, Path(folder))]
        _COPY[kind](settings.sqlalchemy_url, Path(folder) / _DATABASE)
        about = {"format": FORMAT, "database": kind, "savedAt": now().isoformat()}
        (Path(folder) / _ABOUT).write_text(json.dumps(about))
        whole = Path(folder) / "whole.tar"
        with _private(whole) as file, tarfile.open(fileobj=file, mode="w") as tar:
            for name in (_ABOUT, _DATABASE, *parts):
                tar.add(Path(folder) / name, name)
        whole.rename(path)
    return [f"the {kind} database", *(_words(part) for part in parts)]


def restore(settings: Settings, path: Path, *, overwrite: bool = False) -> datetime:
    """Bring back what a backup has; gives the time at which it was made.

    Raises Conflict when something is there already and may not be overwritten, or while FluxGate runs; Invalid when
    it is no backup, or one of another kind of database; BackupFailed.
    """
    kind = _kind(settings.sqlalchemy_url)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as folder:
        about = _unpacked(path, Path(folder))
        if about["database"] != kind:
            raise Invalid(f"The backup is of {about['database']}, and FLUXGATE_DATABASE_URL names {kind}")
        _refuse_what_is_in_the_way(settings, overwrite)
        _PUT_BACK[kind](settings.sqlalchemy_url, Path(folder) / _DATABASE)
        _move(Path(folder) / _JOURNAL, settings.data_dir / _JOURNAL)
        if settings.secret_key is None:
            _move(Path(folder) / _KEY, settings.data_dir / _KEY)
    return datetime.fromisoformat(about["savedAt"])


def _kind(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def _journal(settings: Settings, folder: Path) -> Iterator[str]:
    found = settings.data_dir / _JOURNAL
    if any(found.glob("*.jsonl")):
        (folder / _JOURNAL).mkdir()
        for path in found.iterdir():
            if path.suffix in (".jsonl", ".lock"):
                # A segment whose lines have all been stored may go at any moment.
                with suppress(FileNotFoundError):
                    shutil.copy(path, folder / _JOURNAL / path.name)
        yield _JOURNAL


def _key(settings: Settings, folder: Path) -> Iterator[str]:
    found = settings.data_dir / _KEY
    if settings.secret_key is None and found.exists():
        shutil.copy(found, folder / _KEY)
        yield _KEY


def _words(part: str) -> str:
    return {_JOURNAL: "the journal", _KEY: "the secret key"}[part]


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        yield file


def _unpacked(path: Path, folder: Path) -> dict[str, str]:
    """What the backup says about itself, when all of it is there and nothing would land outside of the folder."""
    try:
        # Not compressed, so that a small file cannot fill the disk.
        with tarfile.open(path, "r:") as tar:
            tar.extractall(folder, members=[each for each in tar if _is_ours(each)], filter="data")
        about = json.loads((folder / _ABOUT).read_text())
        of_newer, kind, saved_at = about["format"] != FORMAT, about["database"], about["savedAt"]
        datetime.fromisoformat(saved_at)
    except (OSError, tarfile.TarError, ValueError, TypeError, KeyError):
        raise Invalid(f"{path} is no backup: fluxgate backup makes one") from None
    if of_newer:
        raise Invalid(f"{path} was made by a newer FluxGate: restore it with that version")
    if not (folder / _DATABASE).is_file():
        raise Invalid(f"{path} has no database: it is not whole")
    return {"database": kind, "savedAt": saved_at}


def _is_ours(member: tarfile.TarInfo) -> bool:
    first, *within = PurePosixPath(member.name).parts or ("",)
    if first == _JOURNAL:
        return (member.isdir() and not within) or (member.isfile() and len(within) == 1)
    return member.isfile() and not within and first in (_ABOUT, _DATABASE, _KEY)


def _refuse_what_is_in_the_way(settings: Settings, overwrite: bool) -> None:
    with closing(Database(settings.sqlalchemy_url)) as database, database.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if "process_lease" in tables:
            living = select(func.count()).select_from(ProcessLease).where(col(ProcessLease.expires_at) > now())
            if connection.execute(living).scalar_one():
                raise Conflict("FluxGate runs, or did until seconds ago: stop it first")
    if tables and not overwrite:
        raise Conflict("There is a database already: with --overwrite the backup takes its place")


def _move(source: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    if source.exists():
        source.rename(target)
        target.chmod(0o700 if target.is_dir() else 0o600)
