"""An answer goes on without anybody watching, and is found again."""

import re

from playwright.async_api import expect


async def test_a_reload_shows_all_of_it_and_goes_on(ada) -> None:
    answer = await ada.ask("Tell me everything", "demo-8kb")
    await ada.page.wait_for_url("**/c/*")
    await expect(answer).to_contain_text(re.compile(".{400}", re.DOTALL))
    before = await answer.inner_text()
    await ada.page.reload()
    answer = ada.see("message-assistant")
    await expect(answer).not_to_have_text("")
    after = await answer.inner_text()
    assert after.startswith(before[:300])
    await expect(answer).to_contain_text(re.compile(f".{{{len(after) + 200},}}", re.DOTALL))
    await expect(ada.see("stop")).to_be_visible()
    await ada.see("stop").click()


async def test_a_second_tab_shows_the_same(ada) -> None:
    await ada.ask("Tell me everything", "demo-8kb")
    await ada.page.wait_for_url("**/c/*")
    other = await ada.page.context.new_page()
    await other.goto(ada.page.url)
    theirs = other.get_by_test_id("message-assistant")
    await expect(theirs).to_contain_text(re.compile(".{300}", re.DOTALL))
    await ada.see("stop").click()
    await expect(other.get_by_test_id("message-meta")).to_contain_text("Stopped")
    assert await theirs.inner_text() == await ada.see("message-assistant").inner_text()


async def test_leaving_the_page_stops_nothing(ada) -> None:
    await ada.ask("Tell me everything", "demo-8kb")
    await ada.page.wait_for_url("**/c/*")
    conversation = ada.page.url
    await ada.page.get_by_role("link", name="Requests", exact=True).click()
    await expect(ada.see("requests-table")).to_be_visible()
    await ada.page.wait_for_timeout(300)
    await ada.page.goto(conversation)
    await expect(ada.see("stop")).to_be_visible()
    await ada.see("stop").click()


async def test_a_conversation_is_found_in_the_list(ada) -> None:
    await ada.ask("Where is Porto?")
    await ada.see("new-chat").click()
    await expect(ada.see("message-user")).to_have_count(0)
    await ada.see("conversation-item").filter(has_text="Where is Porto?").first.click()
    await expect(ada.see("message-user")).to_have_text("Where is Porto?")
    await expect(ada.see("message-assistant")).not_to_have_text("")


async def test_it_says_when_there_is_no_such_conversation(ada) -> None:
    await ada.go("/c/conv_01JD3F8XK2M9QABCDEFGHJKMNP")
    await expect(ada.page.get_by_text("There is no such conversation")).to_be_visible()


async def test_another_persons_conversation_is_none(ada, bob) -> None:
    await ada.ask("This is mine")
    await ada.page.wait_for_url("**/c/*")
    await bob.page.goto(ada.page.url)
    await expect(bob.page.get_by_text("There is no such conversation")).to_be_visible()
