"""The dialog in which a conversation is shared."""

from fluxgate_app.accounts import people
from fluxgate_app.chat import conversations
from fluxgate_app.states.shares import Shares

from .conftest import moved


async def test_it_is_over_on_another_page_and_stays_where_its_own_loads_late(now, tab) -> None:
    with now.db.writing() as session:
        chat = conversations.create(session, people.find(session, "ada@example.com").id, "Porto").id
    page = tab("ada@example.com", "/settings")
    shares = await page.get_state(Shares)
    await shares.open(chat, "/settings")
    await shares.leave()
    assert shares.conversation == chat
    moved(page, f"/c/{chat}")
    await shares.leave()
    assert (shares.conversation, shares.title) == (chat, "Porto")
    moved(page, "/requests")
    await shares.leave()
    assert shares.conversation == ""


async def test_it_is_over_on_the_page_that_the_state_still_took_for_its_own(now, tab) -> None:
    with now.db.writing() as session:
        chat = conversations.create(session, people.find(session, "ada@example.com").id, "Porto").id
    shares = await tab("ada@example.com", "/").get_state(Shares)
    await shares.open(chat, f"/c/{chat}")
    assert shares.conversation == chat
    await shares.leave()
    assert shares.conversation == ""
