"""A conversation shown to whoever has its link, and no longer once the link is withdrawn."""

import re

from playwright.async_api import expect


async def test_a_link_opens_for_a_stranger_until_it_is_withdrawn(ada, unwatched_page) -> None:
    await ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await ada.ask("Where is Porto?")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.see("share").click()
    await ada.page.get_by_label("How long it opens").select_option("7")
    await ada.page.get_by_role("button", name="Create link").click()
    link = await ada.see("share-link").input_value()
    assert re.fullmatch(rf"{ada.url}/s/[\w-]{{32}}", link)
    await ada.page.get_by_role("button", name="Copy link").click()
    assert await ada.page.evaluate("navigator.clipboard.readText()") == link
    await unwatched_page.goto(link)
    await expect(unwatched_page.get_by_role("heading", level=1)).to_have_text("Where is Porto?")
    await ada.page.wait_for_url("**/c/*")
    await expect(unwatched_page.locator("article")).to_have_count(2)
    await expect(unwatched_page.get_by_text("tokens")).to_have_count(0)
    await expect(ada.see("share-line")).to_have_count(1)
    await ada.page.get_by_role("button", name="Withdraw").click()
    await expect(ada.see("share-line")).to_have_count(0)
    gone = await unwatched_page.reload()
    assert gone and gone.status == 404
    await expect(unwatched_page.get_by_role("heading", level=1)).to_have_text("Nothing is shared here")
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.get_by_role("dialog")).to_have_count(0)


async def test_a_dialog_that_was_left_open_is_not_open_on_the_next_page(ada) -> None:
    await ada.ask("Where is Faro?")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.see("share").click()
    await expect(ada.page.get_by_role("dialog")).to_be_visible()
    await ada.go("/")
    await expect(ada.see("composer")).to_be_enabled()
    await expect(ada.page.get_by_text("requests left this minute")).to_be_visible()
    await expect(ada.page.get_by_role("dialog")).to_have_count(0)


async def test_the_menu_in_the_list_opens_the_same(ada) -> None:
    await ada.ask("Where is Faro?")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.page.get_by_role("button", name="Menu of Where is Faro?").first.click()
    await ada.page.get_by_role("menuitem", name="Share").click()
    await expect(ada.page.get_by_role("dialog")).to_contain_text("Where is Faro?")
