"""The keyboard alone is enough, and says what it can do."""

import re

from playwright.async_api import expect


async def away_from_the_composer(ada) -> None:
    """With the focus on the page itself."""
    await expect(ada.see("composer")).to_be_focused()
    await ada.page.evaluate("document.activeElement.blur()")


async def test_a_question_mark_opens_the_help(ada) -> None:
    await away_from_the_composer(ada)
    await ada.page.keyboard.press("?")
    await expect(ada.see("keys")).to_be_visible()
    await expect(ada.see("keys")).to_contain_text("Copy the last answer")
    await ada.page.keyboard.press("Escape")
    await expect(ada.see("keys")).to_have_count(0)


async def test_its_button_has_the_focus_again_when_it_is_closed(ada) -> None:
    button = ada.page.get_by_role("button", name="Keyboard shortcuts")
    await button.click()
    await ada.see("keys").get_by_role("button", name="Close").click()
    await expect(button).to_be_focused()


async def test_keys_are_letters_while_one_writes(ada) -> None:
    await expect(ada.see("composer")).to_be_focused()
    await ada.see("composer").press_sequentially("n?c/")
    await expect(ada.see("composer")).to_have_value("n?c/")
    await expect(ada.see("keys")).to_have_count(0)


async def test_single_keys_can_be_switched_off(ada) -> None:
    await ada.page.keyboard.press("Control+/")
    await ada.see("keys").get_by_role("checkbox").uncheck()
    await ada.page.keyboard.press("Escape")
    await ada.page.evaluate("document.activeElement.blur()")
    await ada.page.keyboard.press("?")
    await ada.page.wait_for_timeout(100)
    await expect(ada.see("keys")).to_have_count(0)


async def test_a_new_chat_and_the_search_are_a_key_away(ada) -> None:
    await ada.ask("Hello")
    await ada.page.wait_for_url("**/c/*")
    await ada.page.keyboard.press("Control+Shift+O")
    await ada.page.wait_for_url(re.compile(r"/$"))
    await expect(ada.page.get_by_role("group", name="Suggestions")).to_be_visible()
    await expect(ada.see("composer")).to_be_focused()
    await ada.page.keyboard.press("Control+k")
    await expect(ada.see("chat-search")).to_be_focused()


async def test_a_slash_leads_to_the_composer(ada) -> None:
    await away_from_the_composer(ada)
    await ada.page.keyboard.press("/")
    await expect(ada.see("composer")).to_be_focused()
    await expect(ada.see("composer")).to_have_value("")


async def test_escape_stops_the_answer(ada) -> None:
    answer = await ada.ask("Tell me everything", "demo-8kb")
    await expect(answer).not_to_have_text("")
    await ada.page.wait_for_url("**/c/*")
    await ada.page.keyboard.press("Escape")
    await expect(ada.see("message-meta")).to_contain_text("Stopped")


async def test_the_last_answer_is_copied(ada) -> None:
    await ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = await ada.ask("Hello")
    await ada.see("message-meta").wait_for()
    await ada.page.wait_for_url("**/c/*")
    # The page of a conversation takes the place of the first one, at a moment that nobody sees.
    await ada.page.reload()
    await expect(answer).to_contain_text("Ask me anything")
    await away_from_the_composer(ada)
    await ada.page.keyboard.press("c")
    await expect(ada.page.get_by_text("Answer copied.")).to_be_visible()
    copied = await ada.page.evaluate("navigator.clipboard.readText()")
    assert copied.split()[0] == (await answer.inner_text()).split()[0]


async def test_the_focus_goes_to_the_content_of_a_new_page(ada) -> None:
    await ada.page.get_by_role("link", name="Settings").click()
    await ada.page.wait_for_url("**/settings")
    await expect(ada.page.locator("main")).to_be_focused()


async def test_the_sidebar_can_be_skipped(ada) -> None:
    await ada.go("/settings")
    await ada.page.keyboard.press("Tab")
    await expect(ada.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.locator("main")).to_be_focused()
