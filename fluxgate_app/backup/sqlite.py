"""SQLite: its own online copy, of a database that is being written to."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

from fluxgate_app.errors import BackupFailed


def copy(url: str, target: Path) -> None:
    """The database as it is at one moment. Raises BackupFailed when there is none."""
    path = _path(url)
    if not path.exists():
        raise BackupFailed(f"There is no database {path}: nothing to back up")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as into:
        # In one step: page by page it would begin again with each write of somebody else.
        source.backup(into)


def put(url: str, source: Path) -> None:
    """Let this be the database. Raises BackupFailed when it is damaged: then the one that is there stays."""
    if trouble := _trouble(source):
        raise BackupFailed(f"The database in the backup is damaged: {trouble}")
    path = _path(url)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Beside it first: it may be on another disk, and is replaced in one step.
    staged = path.with_name(f"{path.name}.restoring")
    shutil.move(source, staged)
    staged.chmod(0o600)
    # The log of another database would be applied to this one.
    if path.exists():
        with closing(sqlite3.connect(path)) as replaced, suppress(sqlite3.DatabaseError):
            replaced.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    staged.replace(path)


def _trouble(path: Path) -> str:
    """What is wrong with this database, '' when nothing is."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
            (said,) = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    return "" if said == "ok" else said[:200]


def _path(url: str) -> Path:
    return Path(make_url(url).database or "")
