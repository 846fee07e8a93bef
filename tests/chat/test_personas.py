"""Named system prompts: one's own come first, then shared ones, then the one that ships."""

import pytest

from fluxgate_app.chat import personas
from fluxgate_app.db import Database
from fluxgate_app.errors import Forbidden, Invalid, NotFound
from fluxgate_app.models import Account, Role

from .conftest import open_account


@pytest.fixture
def alice(database: Database) -> str:
    return open_account(database, "Alice")


@pytest.fixture
def root(database: Database) -> str:
    account = open_account(database, "Root")
    with database.writing() as session:
        session.get_one(Account, account).role = Role.ADMIN
    return account


def make(database: Database, account: str, name: str, prompt: str, *, shared: bool = False) -> str:
    with database.writing() as session:
        return personas.make(session, account, name, prompt, is_shared=shared)


def prompt(database: Database, account: str, name: str) -> str | None:
    with database.reading() as session:
        return personas.prompt_of(session, account, name)


def names(database: Database, account: str) -> list[tuple[str, bool]]:
    with database.reading() as session:
        return [(one.name, one.is_shared) for one in personas.available(session, account)]


def test_ones_own_comes_before_a_shared_one_and_that_before_the_one_that_ships(database, alice, root):
    assert "customer support" in (prompt(database, alice, "support-agent") or "")
    make(database, root, "support-agent", "Be ours", shared=True)
    assert prompt(database, alice, "support-agent") == "Be ours"
    make(database, alice, "support-agent", "Be mine")
    assert prompt(database, alice, "support-agent") == "Be mine"
    assert prompt(database, root, "support-agent") == "Be ours"
    assert names(database, alice) == [("support-agent", False), ("support-agent", True)]


def test_a_name_that_is_there_gets_another_prompt(database, alice):
    first = make(database, alice, " pirate ", "Say arr")
    assert make(database, alice, "pirate", "Say ahoy") == first
    assert prompt(database, alice, "pirate") == "Say ahoy"


def test_what_is_removed_is_not_known_any_more(database, alice):
    made = make(database, alice, "pirate", "Say arr")
    with database.writing() as session:
        personas.remove(session, alice, made)
    assert prompt(database, alice, "pirate") is None


def test_a_stranger_neither_sees_nor_removes_it(database, alice):
    made = make(database, alice, "pirate", "Say arr")
    charlie = open_account(database, "Charlie")
    assert prompt(database, charlie, "pirate") is None
    assert names(database, charlie) == [("support-agent", True)]
    with database.writing() as session, pytest.raises(NotFound):
        personas.remove(session, charlie, made)
    assert prompt(database, alice, "pirate") == "Say arr"


def test_only_admins_share_and_remove_what_is_shared(database, alice, root):
    with pytest.raises(Forbidden):
        make(database, alice, "pirate", "Say arr", shared=True)
    made = make(database, root, "pirate", "Say arr", shared=True)
    with database.writing() as session, pytest.raises(Forbidden):
        personas.remove(session, alice, made)
    assert prompt(database, alice, "pirate") == "Say arr"


@pytest.mark.parametrize(
    ("name", "text"),
    [("", "x"), (" ", "x"), ("x" * 101, "x"), ("a\0b", "x"), ("x", ""), ("x", " "), ("x", "x" * 20_001)],
)
def test_it_refuses_what_is_no_persona(database, alice, name, text):
    with pytest.raises(Invalid, match="1 to"):
        make(database, alice, name, text)
    assert names(database, alice) == [("support-agent", True)]


@pytest.mark.parametrize("name", ["unknown", "a\0b", "\ud83d", "x" * 10_000])
def test_an_unknown_name_has_no_prompt(database, alice, name):
    assert prompt(database, alice, name) is None
