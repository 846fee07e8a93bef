"""All that FluxGate keeps, into one file and back."""

from pathlib import Path
from typing import Annotated

import typer

from fluxgate_app.settings import load

Archive = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)]


def backup(path: Archive) -> None:
    """Copy the database, the journal and the secret key into one file, also while FluxGate runs."""
    from fluxgate_app.backup import save
    from fluxgate_app.serving.progress import progress

    with progress("Copying"):
        parts = save(load(), path)
    print(f"{path} has {', '.join(parts)}. Whoever reads it can read everything: keep it safe.")


def restore(
    path: Archive,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Also where there is a database already.")] = False,
) -> None:
    """Bring back what a backup has. FluxGate must not be running."""
    from fluxgate_app import backup as backups
    from fluxgate_app.cli.database import opened
    from fluxgate_app.serving.progress import progress

    with progress("Restoring"):
        saved_at = backups.restore(load(), path, overwrite=overwrite)
        # A backup of an older version is brought to this one's schema at once.
        with opened():
            pass
    print(f"All is as it was on {saved_at:%Y-%m-%d at %H:%M:%S} UTC.")
