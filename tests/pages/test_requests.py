"""Every call is found, within a second of its end, by whoever may see it and nobody else."""

import re
from time import monotonic

from playwright.async_api import expect


async def call(visitor, message: str = "Hello", model: str = "demo/demo-fast", **body) -> str:
    """Make a call as a program with this person's session does; gives its tracking id."""
    answer = await visitor.page.request.post(
        f"{visitor.url}/api/chat", data={"message": message, "model": model, **body}, headers={"Origin": visitor.url}
    )
    assert answer.ok, await answer.text()
    return (await answer.json())["tracking"]["trackingId"]


def row_of(visitor, tracking_id: str):
    """The row of this call."""
    link = visitor.page.locator(f'a[href="/requests/{tracking_id}"]')
    return visitor.see("request-row").filter(has=link)


async def test_a_call_shows_within_a_second_of_its_end(ada) -> None:
    await call(ada)
    await ada.go("/requests")
    await expect(ada.see("requests-table")).to_be_visible()
    tracking_id = await call(ada)
    ended = monotonic()
    await expect(row_of(ada, tracking_id)).to_be_visible()
    assert monotonic() - ended < 1
    await expect(ada.see("request-row").first).to_contain_text("demo-fast")


async def test_a_row_says_what_there_is_to_know(ada) -> None:
    tracking_id = await call(ada, feature="a-feature", model="openai/gpt-4o", conversationId="trip")
    await ada.go("/requests")
    row = row_of(ada, tracking_id)
    await expect(row).to_contain_text(re.compile(r"s ago.*SUCCESS.*gpt-4o.*demo.*a-feature.*\d → \d+\$0\.0\d+.*trip"))


async def test_a_row_opens_everything_about_the_call(ada) -> None:
    tracking_id = await call(ada, metadata={"colour": "teal"})
    await ada.go("/requests")
    await row_of(ada, tracking_id).click()
    await expect(ada.page).to_have_url(re.compile(f"/requests/{tracking_id}$"))
    detail = ada.see("request-detail")
    for words in (tracking_id, "SUCCESS", "demo-fast", "ada@example.com", "chat-api", "teal", "Timeline", "Usage"):
        await expect(detail).to_contain_text(words)


async def test_a_search_narrows_the_list_and_is_in_the_address(ada) -> None:
    wanted = await call(ada, conversationId="needle-in-hay")
    other = await call(ada)
    await ada.go("/requests")
    await ada.see("filter-search").fill("needle-in")
    await expect(row_of(ada, other)).to_have_count(0)
    await expect(row_of(ada, wanted)).to_be_visible()
    await expect(ada.page).to_have_url(re.compile(r"\?q=needle-in$"))
    await ada.page.reload()
    await expect(ada.see("filter-search")).to_have_value("needle-in")
    await expect(row_of(ada, other)).to_have_count(0)


async def test_a_status_narrows_the_list(ada) -> None:
    good = await call(ada)
    await ada.ask("Hello", "demo-error")
    await expect(ada.see("chat-error")).to_be_visible()
    await ada.go("/requests")
    await ada.page.get_by_label("Status").select_option("ERROR")
    await expect(ada.see("request-row").first).to_contain_text("ERROR")
    await expect(row_of(ada, good)).to_have_count(0)


async def test_a_filter_that_matches_nothing_can_be_cleared(ada) -> None:
    await call(ada)
    await ada.go("/requests?q=there-is-no-such-thing")
    await expect(ada.page.get_by_text("No request matches")).to_be_visible()
    await ada.page.get_by_role("link", name="Clear the filters").click()
    await expect(ada.see("requests-table")).to_be_visible()


async def test_nonsense_in_the_address_is_said(ada) -> None:
    await ada.go("/requests?colour=blue")
    await expect(ada.page.get_by_role("alert")).to_contain_text("There is no filter 'colour'")


async def test_people_see_their_own_calls_and_an_admin_all(ada, bob) -> None:
    hers, his = await call(ada), await call(bob)
    await bob.go("/requests")
    await expect(row_of(bob, his)).to_be_visible()
    await expect(row_of(bob, hers)).to_have_count(0)
    await ada.go("/requests")
    await expect(row_of(ada, his)).to_be_visible()
    await bob.go(f"/requests/{hers}")
    await expect(bob.page.get_by_text("There is no such request")).to_be_visible()


async def test_a_call_of_another_person_does_not_show_live(ada, bob) -> None:
    await call(bob)
    await bob.go("/requests")
    await expect(bob.see("requests-table")).to_be_visible()
    hers = await call(ada)
    his = await call(bob)
    await expect(row_of(bob, his)).to_be_visible()
    await expect(row_of(bob, hers)).to_have_count(0)
