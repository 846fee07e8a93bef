"""Stop ends the provider's answer; what was written stays."""

from playwright.async_api import expect


async def test_what_was_written_stays(ada) -> None:
    answer = await ada.ask("Tell me everything", "demo-8kb")
    await expect(answer).not_to_have_text("")
    await ada.see("stop").click()
    await expect(ada.see("message-meta")).to_contain_text("Stopped")
    written = await answer.inner_text()
    await expect(ada.see("send")).to_have_text("Send")
    await expect(ada.see("stop")).to_have_count(0)
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(ada.see("message-assistant")).to_have_text(written, use_inner_text=True)


async def test_the_call_says_that_it_was_cancelled(ada) -> None:
    answer = await ada.ask("Tell me everything", "demo-8kb")
    await expect(answer).not_to_have_text("")
    await ada.see("stop").click()
    await ada.see("message-meta").get_by_role("link").click()
    await expect(ada.see("request-detail")).to_contain_text("CANCELLED")


async def test_another_tab_can_stop_it(ada) -> None:
    await ada.ask("Tell me everything", "demo-8kb")
    await ada.page.wait_for_url("**/c/*")
    other = await ada.page.context.new_page()
    await other.goto(ada.page.url)
    await other.get_by_test_id("stop").click()
    await expect(ada.see("message-meta")).to_contain_text("Stopped")
