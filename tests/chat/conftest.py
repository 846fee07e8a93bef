"""Who is in these tests: Alice owns the conversations, Charlie must see nothing."""

import pytest

from fluxgate_app.db import Database
from fluxgate_app.models import Account


def open_account(database: Database, name: str) -> str:
    """A new account, by its id."""
    with database.writing() as session:
        account = Account(email=f"{name.lower()}@example.org", name=name, password_hash="-")
        session.add(account)
        return account.id


@pytest.fixture
def alice(database: Database) -> str:
    return open_account(database, "Alice")


@pytest.fixture
def charlie(database: Database) -> str:
    return open_account(database, "Charlie")
