"""All that one FluxGate keeps, in one file: a copy of the database as it was at one moment, the journal, the key."""

from fluxgate_app.backup.archive import restore, save

__all__ = ["restore", "save"]
