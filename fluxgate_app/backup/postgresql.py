"""PostgreSQL: its own `pg_dump` and `pg_restore`, in their version-proof format."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from fluxgate_app.errors import BackupFailed


def dump(url: str, target: Path) -> None:
    """The database as it is at one moment. Raises BackupFailed."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(url: str, source: Path) -> None:
    """Let this be in the database, all of it or nothing. Raises BackupFailed."""
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run(url, "pg_restore", *options, f"--dbname={make_url(url).database}", str(source))


def _run(url: str, program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise BackupFailed(f"{program} is not installed: it comes with PostgreSQL's client programs")
    environment = os.environ | _whereabouts(url)
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFailed(f"{program} failed: {done.stderr.strip()[-500:]}")


def _whereabouts(url: str) -> dict[str, str]:
    """In the environment, as arguments can be read by everybody on the machine."""
    parts = make_url(url)
    given = {
        "PGHOST": parts.host,
        "PGPORT": parts.port and str(parts.port),
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
    }
    return {name: value for name, value in given.items() if value}
