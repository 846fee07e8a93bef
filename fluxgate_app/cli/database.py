"""The database that the settings name, for one command."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from fluxgate_app.settings import load

if TYPE_CHECKING:
    from fluxgate_app.db import Database


@contextmanager
def opened() -> "Iterator[Database]":
    """The database, brought to this version's schema. Raises DatabaseError."""
    from fluxgate_app.db import Database
    from fluxgate_app.events.rebuild import migrate

    url = load().sqlalchemy_url
    migrate(url)
    with closing(Database(url)) as database:
        yield database
