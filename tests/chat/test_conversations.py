"""Stored chats: created, listed, renamed, deleted, each by its owner alone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from fluxgate_app.chat import conversations, deletion, history
from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.models import AiEvent, AiEventContent, Message
from fluxgate_app.models.columns import now

from .conftest import open_account


@pytest.fixture
def alice(database: Database) -> str:
    return open_account(database, "Alice")


@pytest.fixture
def charlie(database: Database) -> str:
    return open_account(database, "Charlie")


@pytest.fixture
def conversation(database: Database, alice: str) -> conversations.ConversationView:
    with database.writing() as session:
        return conversations.create(session, alice, "Networks", model="gpt-4o")


def test_it_creates_a_conversation_its_owner_finds_again(
    database: Database, alice: str, conversation: conversations.ConversationView
):
    assert conversation.id.startswith("conv_")
    with database.reading() as session:
        assert conversations.get(session, alice, conversation.id) == conversation
        assert history.messages(session, alice, conversation.id) == []


def test_it_lists_the_last_used_first_page_by_page(database: Database, alice: str, charlie: str):
    with database.writing() as session:
        made = [conversations.create(session, alice, f"No. {number}").id for number in range(5)]
        conversations.create(session, charlie, "another account's")
    with database.reading() as session:
        first = conversations.newest(session, alice, limit=2)
        second = conversations.newest(session, alice, limit=2, cursor=first.next_cursor)
        third = conversations.newest(session, alice, limit=2, cursor=second.next_cursor)
    listed = [view.id for page in (first, second, third) for view in page.conversations]
    assert listed == made[::-1]
    assert third.next_cursor is None


def test_it_keeps_its_order_where_times_are_equal(database: Database, alice: str):
    moment = now()
    with database.writing() as session:
        for _ in range(4):
            view = conversations.create(session, alice)
            conversations.owned(session, alice, view.id).updated_at = moment
    with database.reading() as session:
        first = conversations.newest(session, alice, limit=2)
        second = conversations.newest(session, alice, limit=2, cursor=first.next_cursor)
    assert len({view.id for view in first.conversations + second.conversations}) == 4
    assert second.next_cursor is None


@pytest.mark.parametrize("cursor", ["", "x", "bm90aGluZw==", "ü"])
def test_it_refuses_a_foreign_cursor(database: Database, alice: str, cursor: str):
    with database.reading() as session, pytest.raises(Invalid, match="nextCursor"):
        conversations.newest(session, alice, cursor=cursor)


def test_it_renames(database: Database, alice: str, conversation: conversations.ConversationView):
    with database.writing() as session:
        assert conversations.rename(session, alice, conversation.id, "  Other\nnetworks ").title == "Other networks"
    with database.reading() as session:
        assert conversations.get(session, alice, conversation.id).title == "Other networks"


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "\ud83d", "a\0b"])
def test_it_refuses_a_title_that_is_none(
    database: Database, alice: str, conversation: conversations.ConversationView, title: str
):
    with pytest.raises(Invalid, match="1 to 200"), database.writing() as session:
        conversations.rename(session, alice, conversation.id, title)


def listed(database: Database, account: str, **which: bool) -> list[str]:
    with database.reading() as session:
        return [view.title for view in conversations.newest(session, account, **which).conversations]


def test_what_is_pinned_or_archived_is_listed_apart(database: Database, alice: str):
    with database.writing() as session:
        plain, pinned, archived = (conversations.create(session, alice, title).id for title in ("a", "b", "c"))
        conversations.pin(session, alice, pinned, True)
        conversations.archive(session, alice, archived, True)
    assert plain
    assert listed(database, alice) == ["b", "a"]
    assert listed(database, alice, pinned=True) == ["b"]
    assert listed(database, alice, pinned=False) == ["a"]
    assert listed(database, alice, archived=True) == ["c"]
    with database.writing() as session:
        conversations.pin(session, alice, pinned, False)
        conversations.archive(session, alice, archived, False)
    assert listed(database, alice, pinned=False) == ["c", "b", "a"]


def test_deleting_takes_the_messages_and_the_kept_texts_but_not_the_events(
    database: Database, alice: str, charlie: str, conversation: conversations.ConversationView
):
    with database.writing() as session:
        session.add(Message(conversation_id=conversation.id, position=0, role="user", content="Hi"))
        for number, account in enumerate((alice, charlie)):
            session.add(recorded_call(f"evt_{number}", account, conversation.id))
            session.add(AiEventContent(tracking_id=f"evt_{number}", conversation_id=conversation.id, prompt="Hi"))
    with database.writing() as session:
        deletion.delete(session, alice, conversation.id)
    with database.reading() as session:
        assert session.exec(select(Message)).all() == []
        assert len(session.exec(select(AiEvent)).all()) == 2
        assert [content.tracking_id for content in session.exec(select(AiEventContent))] == ["evt_1"]


@pytest.mark.parametrize(
    "action",
    [
        conversations.get,
        history.messages,
        deletion.delete,
        deletion.discard,
        deletion.restore,
        lambda session, account, id: conversations.pin(session, account, id, True),
        lambda session, account, id: conversations.archive(session, account, id, True),
        lambda session, account, id: conversations.rename(session, account, id, "Mine now"),
    ],
)
def test_a_stranger_finds_nothing(
    database: Database,
    alice: str,
    charlie: str,
    conversation: conversations.ConversationView,
    action: Callable[[Session, str, str], Any],
):
    for account, wanted in ((charlie, conversation.id), (alice, "conv_unknown")):
        with pytest.raises(NotFound), database.writing() as session:
            action(session, account, wanted)
    with database.reading() as session:
        assert conversations.get(session, alice, conversation.id) == conversation
        assert conversations.newest(session, charlie).conversations == []


def test_a_title_is_the_first_words_of_the_question():
    assert conversations.title_from("  What is\n TCP? ") == "What is TCP?"
    long = conversations.title_from("Explain the difference between optimistic and pessimistic locking in databases")
    assert long == "Explain the difference between optimistic and pessimistic…"
    assert conversations.title_from("x" * 100) == "x" * 59 + "…"


def recorded_call(tracking_id: str, account: str, conversation_id: str) -> AiEvent:
    return AiEvent(
        tracking_id=tracking_id,
        created_at=now(),
        account=account,
        origin="demo",
        provider="openai",
        model="gpt-4o",
        kind="chat",
        conversation_id=conversation_id,
        status="SUCCESS",
        cost_source="computed",
    )
