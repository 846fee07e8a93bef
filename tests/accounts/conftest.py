"""One account whose password is known."""

import asyncio

import pytest

from fluxgate_app.accounts import passwords, people
from fluxgate_app.db import Database
from fluxgate_app.models import Account

PASSWORD = "correct horse battery"
EMAIL = "alice@example.com"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once: it takes a tenth of a second."""
    return asyncio.run(passwords.hashed(PASSWORD))


@pytest.fixture
def alice(database: Database, password_hash: str) -> Account:
    """An ordinary account with EMAIL and PASSWORD."""
    with database.writing() as session:
        return people.create(session, EMAIL, password_hash, "Alice")
