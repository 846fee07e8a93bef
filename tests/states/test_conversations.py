"""The list in the sidebar: by day as the viewer's calendar has it, each person's own."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fluxgate_app.accounts import people
from fluxgate_app.chat import conversations
from fluxgate_app.chat.conversations import ConversationView
from fluxgate_app.states.conversations import Conversations, by_day

NOW = datetime(2026, 11, 21, 0, 30, tzinfo=ZoneInfo("Asia/Kolkata"))


def view(used: datetime, title: str = "Porto") -> ConversationView:
    """A conversation that was last used then."""
    return ConversationView(f"conv_{used:%d}", title, None, None, used, used)


def test_it_groups_by_the_viewers_day() -> None:
    used = [NOW - timedelta(minutes=10), NOW - timedelta(hours=1), NOW - timedelta(days=4), NOW - timedelta(days=20)]
    days = by_day([view(moment.astimezone(UTC)) for moment in used], NOW)
    assert [day.title for day in days] == ["Today", "Yesterday", "Last 7 days", "Last 30 days"]


def test_it_names_the_month_of_what_is_older() -> None:
    assert by_day([view(datetime(2026, 8, 2, tzinfo=UTC))], NOW)[0].title == "August 2026"


def test_a_conversation_without_a_title_has_a_name() -> None:
    assert by_day([view(NOW, "")], NOW)[0].conversations[0].title == "New chat"


async def test_it_lists_and_deletes_ones_own(now, tab) -> None:
    ada = await tab("ada@example.com").get_state(Conversations)
    bob = await tab("bob@example.com").get_state(Conversations)
    with now.db.writing() as session:
        hers = conversations.create(session, people.find(session, "ada@example.com").id, "Hers").id
    await bob.delete(hers)
    await bob.load()
    await ada.load()
    assert bob.days == []
    assert [chat.title for chat in ada.days[0].conversations] == ["Hers"]
    await ada.delete(hers)
    assert ada.days == []
    await bob.restore(hers)
    assert ada.undo["title"] == "Hers"
    await ada.restore(hers)
    assert [chat.title for chat in ada.days[0].conversations] == ["Hers"]
    assert ada.undo == {}


async def test_it_pins_archives_and_finds_ones_own(now, tab) -> None:
    ada = await tab("ada@example.com").get_state(Conversations)
    with now.db.writing() as session:
        account = people.find(session, "ada@example.com").id
        old, new = (conversations.create(session, account, title).id for title in ("Old", "New"))
    await ada.pin(old, True)
    assert [(day.title, [chat.title for chat in day.conversations]) for day in ada.days] == [
        ("Pinned", ["Old"]),
        ("Today", ["New"]),
    ]
    await ada.archive(new, True)
    assert [day.title for day in ada.days] == ["Pinned"]
    await ada.show_archive(True)
    assert [(day.title, [chat.title for chat in day.conversations]) for day in ada.days] == [("Archived", ["New"])]
    await ada.show_archive(False)
    await ada.search(" OLD ")
    assert [(day.title, [chat.title for chat in day.conversations]) for day in ada.days] == [("Found", ["Old"])]


async def test_more_than_a_hundred_are_shown_when_asked_for(now, tab) -> None:
    ada = await tab("ada@example.com").get_state(Conversations)
    with now.db.writing() as session:
        account = people.find(session, "ada@example.com").id
        for number in range(101):
            conversations.create(session, account, f"No. {number}")
    await ada.load()
    assert ada.has_more
    await ada.more()
    assert not ada.has_more
    assert sum(len(day.conversations) for day in ada.days) == 101
