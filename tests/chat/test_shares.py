"""A conversation shared by link: a copy of what was said, for whoever has the link, until it ends or is withdrawn."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fluxgate_app.chat import attachments, conversations, deletion, shares
from fluxgate_app.db import Database
from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import Conversation, Message, Share
from fluxgate_app.models.columns import now

from .conftest import open_account


@pytest.fixture
def alice(database: Database) -> str:
    return open_account(database, "Alice")


@pytest.fixture
def talk(database: Database, alice: str) -> str:
    """A conversation with a question, its answer, and another that never came."""
    with database.writing() as session:
        made = conversations.create(session, alice, "Networks")
        before = None
        for position, (role, text) in enumerate(
            [("user", "What is TCP?"), ("assistant", "A protocol"), ("assistant", "")]
        ):
            row = Message(conversation_id=made.id, parent_id=before, position=position, role=role, content=text)
            session.add(row)
            before = row.id
        session.get_one(Conversation, made.id).leaf_id = before
        return made.id


def shared(database: Database, account: str, talk: str, days: int | None = None) -> tuple[str, shares.ShareView]:
    with database.writing() as session:
        return shares.create(session, account, talk, days)


def opened(database: Database, token: str) -> shares.SharedChat:
    with database.reading() as session:
        return shares.opened(session, token)


def test_whoever_has_the_link_reads_what_was_said(database: Database, alice: str, talk: str):
    token, made = shared(database, alice, talk)
    seen = opened(database, token)
    assert (seen.title, seen.created_at) == ("Networks", made.created_at)
    assert seen.turns == [shares.SharedTurn("user", "What is TCP?"), shares.SharedTurn("assistant", "A protocol")]


def test_a_token_has_192_bits_and_is_nowhere_stored(database: Database, alice: str, talk: str):
    tokens = {shared(database, alice, talk)[0] for _ in range(3)}
    assert {len(token) for token in tokens} == {32}
    with database.reading() as session:
        rows = str([row.model_dump() for row in session.exec(select(Share))])
    assert not any(token in rows for token in tokens)


def test_it_is_a_copy_of_that_moment(database: Database, alice: str, talk: str):
    token, _ = shared(database, alice, talk)
    with database.writing() as session:
        conversations.rename(session, alice, talk, "Secrets")
        for row in session.exec(select(Message)):
            row.content = "Something else"
    seen = opened(database, token)
    assert (seen.title, seen.turns[0].text) == ("Networks", "What is TCP?")


def test_its_files_are_shown_by_their_numbers_as_long_as_it_is_open(database: Database, alice: str, talk: str):
    with database.writing() as session:
        files = [attachments.add(session, alice, f"{name}.txt", name.encode()) for name in ("one", "two", "other")]
        sent = [file.id for file in files[:2]]
        attachments.send(session, alice, talk, sent)
        session.exec(select(Message).where(Message.position == 0)).one().attachment_ids = sent
    token, made = shared(database, alice, talk)
    assert [(file.number, file.name) for file in opened(database, token).turns[0].files] == [
        (0, "one.txt"),
        (1, "two.txt"),
    ]
    with database.writing() as session:
        assert shares.file(session, token, 1)[1] == b"two"
        for number in (-1, 2):
            with pytest.raises(NotFound):
                shares.file(session, token, number)
        shares.withdraw(session, alice, talk, made.id)
        with pytest.raises(NotFound):
            shares.file(session, token, 1)


def test_a_link_of_before_there_were_files_still_opens(database: Database, alice: str, talk: str):
    token, _ = shared(database, alice, talk)
    with database.writing() as session:
        session.exec(select(Share)).one().turns = [["user", "What is TCP?"]]
    assert opened(database, token).turns == [shares.SharedTurn("user", "What is TCP?")]


def test_withdrawn_it_opens_nothing_and_the_others_still_do(database: Database, alice: str, talk: str):
    (gone, made), (kept, other) = shared(database, alice, talk), shared(database, alice, talk)
    with database.writing() as session:
        shares.withdraw(session, alice, talk, made.id)
    with pytest.raises(NotFound):
        opened(database, gone)
    assert opened(database, kept).title == "Networks"
    with database.reading() as session:
        assert shares.newest(session, alice, talk) == [other]


def test_after_its_days_it_opens_nothing(database: Database, alice: str, talk: str):
    token, made = shared(database, alice, talk, 7)
    assert made.expires_at == made.created_at + timedelta(days=7)
    assert opened(database, token).turns
    with database.writing() as session:
        session.exec(select(Share)).one().expires_at = now() - timedelta(seconds=1)
    with pytest.raises(NotFound):
        opened(database, token)
    with database.reading() as session:
        assert shares.newest(session, alice, talk) == []


@pytest.mark.parametrize("way", [deletion.discard, deletion.delete])
def test_it_goes_with_its_conversation(database: Database, alice: str, talk: str, way):
    token, _ = shared(database, alice, talk)
    with database.writing() as session:
        way(session, alice, talk)
    with pytest.raises(NotFound):
        opened(database, token)


@pytest.mark.parametrize("token", ["", "x", "é\ud800", "a" * 10_000, "' OR 1=1 --", "a\0b"])
def test_what_is_no_token_opens_nothing(database: Database, alice: str, talk: str, token: str):
    shared(database, alice, talk)
    with pytest.raises(NotFound):
        opened(database, token)


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_it_refuses_days_that_are_none(database: Database, alice: str, talk: str, days: int):
    with pytest.raises(Invalid, match="1 to 3650"):
        shared(database, alice, talk, days)


def test_it_refuses_a_conversation_without_a_word(database: Database, alice: str):
    with database.writing() as session:
        empty = conversations.create(session, alice)
    with pytest.raises(Conflict, match="nothing to share"):
        shared(database, alice, empty.id)


def test_it_refuses_too_many(database: Database, alice: str, talk: str, monkeypatch):
    monkeypatch.setattr(shares, "MOST", 2)
    for _ in range(2):
        shared(database, alice, talk)
    with pytest.raises(Conflict, match="withdraw one"):
        shared(database, alice, talk)


def test_a_stranger_can_neither_share_nor_list_nor_withdraw(database: Database, alice: str, talk: str):
    token, made = shared(database, alice, talk)
    charlie = open_account(database, "Charlie")
    with database.writing() as session:
        own = conversations.create(session, charlie).id
        for change in (
            lambda: shares.create(session, charlie, talk),
            lambda: shares.newest(session, charlie, talk),
            lambda: shares.withdraw(session, charlie, talk, made.id),
            lambda: shares.withdraw(session, charlie, own, made.id),
        ):
            with pytest.raises(NotFound):
                change()
    assert opened(database, token).turns
