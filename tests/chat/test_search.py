"""Conversations found by what was said in them, each by its owner alone."""

import pytest

from fluxgate_app.chat import conversations, deletion, search
from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.models import Message

from .conftest import open_account


@pytest.fixture
def alice(database: Database) -> str:
    return open_account(database, "Alice")


def talk(database: Database, account: str, title: str, *said: str) -> str:
    """A conversation with these messages, by its id."""
    with database.writing() as session:
        made = conversations.create(session, account, title)
        for position, content in enumerate(said):
            session.add(Message(conversation_id=made.id, position=position, role="user", content=content))
        return made.id


def found(database: Database, account: str, words: str, **more: bool) -> list[str]:
    with database.reading() as session:
        return [one.id for one in conversations.newest(session, account, words=words, **more).conversations]


def test_words_are_found_in_titles_and_in_what_was_said(database: Database, alice: str):
    title = talk(database, alice, "A trip to Porto")
    text = talk(database, alice, "Plans", "When?", "The train to PORTO leaves at nine")
    talk(database, alice, "Networks", "What is TCP?")
    assert found(database, alice, " porto ") == [text, title]


def test_letters_beyond_ascii_are_found_whatever_their_case(database: Database, alice: str):
    here = talk(database, alice, "Reise", "Über die Brücke")
    assert found(database, alice, "ÜBER DIE BRÜCKE") == [here]


@pytest.mark.parametrize("words", ["100%", "a_b", "50/50"])
def test_signs_of_patterns_are_only_signs(database: Database, alice: str, words: str):
    here = talk(database, alice, "Signs", f"We say {words}!")
    talk(database, alice, "Others", "We say 1000, axb and 50-50")
    assert found(database, alice, words) == [here]


def test_a_stranger_finds_nothing(database: Database, alice: str):
    here = talk(database, alice, "Porto", "Porto")
    charlie = open_account(database, "Charlie")
    assert found(database, charlie, "Porto") == []
    with database.reading() as session:
        assert search.excerpts(session, charlie, [here], "Porto") == {}


def test_what_was_found_is_shown_where_it_was_said_first(database: Database, alice: str):
    here = talk(database, alice, "Plans", "When?", f"{'x ' * 40}to Porto {'y ' * 80}", "Porto again")
    with database.reading() as session:
        said = search.excerpts(session, alice, [here], "porto")[here]
        assert "to Porto y y" in session.get_one(Message, said.message_id).content
    assert "to Porto y y" in said.text
    assert (said.text[0], said.text[-1]) == ("…", "…")
    assert len(said.text) < 130


def test_found_pages_lead_on(database: Database, alice: str):
    made = [talk(database, alice, f"Porto {number}") for number in range(3)]
    with database.reading() as session:
        first = conversations.newest(session, alice, 2, words="porto")
        second = conversations.newest(session, alice, 2, first.next_cursor, words="porto")
    assert [one.id for one in first.conversations + second.conversations] == made[::-1]


def test_what_is_archived_is_found_among_its_own(database: Database, alice: str):
    here = talk(database, alice, "Porto")
    with database.writing() as session:
        conversations.archive(session, alice, here, True)
    assert found(database, alice, "Porto") == []
    assert found(database, alice, "Porto", archived=True) == [here]


def test_what_was_discarded_is_not_found(database: Database, alice: str):
    here = talk(database, alice, "Porto")
    with database.writing() as session:
        deletion.discard(session, alice, here)
    assert found(database, alice, "Porto") == []


@pytest.mark.parametrize("words", ["x" * 201, "a\0b", "\ud83d"])
def test_it_refuses_words_that_nobody_said(database: Database, alice: str, words: str):
    with pytest.raises(Invalid, match="200"):
        found(database, alice, words)
