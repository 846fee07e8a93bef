"""SQLite: its own online copy, of a database that is being written to."""

import sqlite3
from contextlib import closing
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
    """Let this be the database. Raises BackupFailed when it is damaged."""
    try:
        with closing(sqlite3.connect(source)) as connection:
            (said,) = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise BackupFailed(f"The database in the backup is damaged: {said[:200]}")
    path = _path(url)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The log of another database would be applied to this one.
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    source.chmod(0o600)
    source.replace(path)


def _path(url: str) -> Path:
    return Path(make_url(url).database or "")
