"""What stores one group after the other."""

from typing import Protocol

from fluxgate_app.db import Database
from fluxgate_app.events.group import Group, Stored, store_group


class Storage(Protocol):
    """Used by one thread; only `give_up` may come from another."""

    def __call__(self, group: Group) -> Stored:
        """As `store_group`."""
        ...

    def close(self) -> None:
        """There will be no more groups."""
        ...

    def give_up(self) -> None:
        """Let the group that is under way fail, if it can be, and those that follow."""
        ...


class ThreadStorage:
    """Stores in the thread that asks."""

    def __init__(self, database: Database):
        self._database = database

    def __call__(self, group: Group) -> Stored:
        """As `store_group`."""
        return store_group(self._database, group)

    def close(self) -> None:
        """The database is not ours."""

    def give_up(self) -> None:
        """A thread cannot be told to."""
