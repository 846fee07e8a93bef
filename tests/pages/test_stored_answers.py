"""What was said before, as a page shows it that is opened: all of it readable, and nothing out of its place."""

import pytest
from playwright.async_api import expect

from fluxgate_app.accounts import people
from fluxgate_app.chat import conversations
from fluxgate_app.models import Conversation, Message, MessageStatus

from .conftest import ADA, Site

# All at one moment, as the page is built anew while the answer begins.
STOP_FITS = """() => {
    const places = ["[data-testid=stop]", ".composer", "[data-testid=manner]"];
    const [stop, composer, manner] = places.map((place) => document.querySelector(place)?.getBoundingClientRect());
    return stop && composer && manner && stop.right <= composer.right && manner.right <= stop.left;
}"""


def stored(site: Site, answer: str, status: MessageStatus = MessageStatus.DONE) -> str:
    """The path of a conversation of Ada's that ends with this answer."""
    with site.database.writing() as session:
        account = people.find(session, ADA)
        assert account
        chat = conversations.create(session, account.id, "Stored").id
        asked = Message(conversation_id=chat, position=0, role="user", content="Tell me")
        said = Message(conversation_id=chat, parent_id=asked.id, position=1, role="assistant", content=answer)
        said.status = status
        session.add_all([asked, said])
        session.get_one(Conversation, chat).leaf_id = said.id
    return f"/c/{chat}"


async def test_an_answer_that_broke_off_in_bold_shows_no_stars(ada, site) -> None:
    await ada.go(stored(site, "It is **very impor", MessageStatus.STOPPED))
    await expect(ada.see("message-assistant").locator("strong")).to_have_text("very impor")
    await expect(ada.see("message-assistant")).to_have_text("It is very impor")


@pytest.mark.parametrize("formula", ["$O(n)$", "$n$", "$x'$", "$a + b$", "$x_1$", "\\(x\\)", "$$\nx\n$$"])
async def test_a_formula_is_drawn(ada, site, formula: str) -> None:
    await ada.go(stored(site, f"Time is\n\n{formula}"))
    await expect(ada.see("message-assistant").locator("math")).to_have_count(1)


@pytest.mark.parametrize("money", ["$5 or $6", "$5-$6", "between $5 (or more) and $6"])
async def test_money_is_no_formula(ada, site, money: str) -> None:
    await ada.go(stored(site, f"It costs {money}"))
    await expect(ada.see("message-assistant")).to_have_text(f"It costs {money}")
    await expect(ada.see("message-assistant").locator("math")).to_have_count(0)


async def test_only_the_conversation_scrolls_and_not_the_page(ada, site) -> None:
    await ada.go(stored(site, "A line.\n\n" * 100))
    await expect(ada.see("message-assistant")).to_contain_text("A line.")
    await ada.page.locator(".transcript").evaluate("box => { box.scrollTop = 0; }")
    assert await ada.page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


async def test_stop_stays_within_the_composer_of_a_phone(ada) -> None:
    await ada.page.set_viewport_size({"width": 390, "height": 844})
    await ada.ask("Tell me everything", "demo-8kb")
    await ada.page.wait_for_function(STOP_FITS)
    await ada.see("stop").click()
