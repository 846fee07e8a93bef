"""How a conversation is answered, what it came to, and what is said of its answers."""

import re

from playwright.async_api import expect


async def choose(ada, **fields: str) -> None:
    """Fill in how the conversation is to be answered."""
    await ada.see("manner").click()
    for label, value in fields.items():
        field = ada.page.get_by_label(label.replace("_", " "))
        await field.fill(value)
        await field.press("Enter")


async def test_an_answer_that_is_not_streamed_comes_whole_and_the_choice_stays(ada) -> None:
    await ada.see("manner").click()
    await ada.page.get_by_label("Show the answer while it is written").uncheck()
    await ada.see("persona-select").select_option("support-agent")
    await ada.page.keyboard.press("Escape")
    await ada.ask("My parcel is late")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.page.reload()
    await expect(ada.see("manner")).to_contain_text("support-agent")
    await ada.see("manner").click()
    await expect(ada.page.get_by_label("Show the answer while it is written")).not_to_be_checked()
    link = await ada.see("message-meta").get_by_role("link").get_attribute("href")
    await ada.go(link)
    await expect(ada.see("request-detail")).to_contain_text("support-agent")


async def test_it_refuses_a_temperature_that_is_none(ada) -> None:
    await choose(ada, Temperature="hot")
    await expect(ada.page.get_by_role("alert")).to_contain_text("0 to 2")


async def test_the_header_says_what_the_conversation_came_to(ada) -> None:
    await ada.see("model-select").select_option(index=0)
    await ada.ask("Where is Porto?")
    await expect(ada.see("spent")).to_have_text(re.compile(r"unpriced · \d+ tokens"))
    first = await ada.see("spent").inner_text()
    await ada.ask("And Faro?")
    await expect(ada.see("spent")).not_to_have_text(first)
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(ada.see("spent")).to_have_text(re.compile(r"unpriced · \d+ tokens"))


async def test_an_opinion_stands_beside_the_request(ada) -> None:
    await ada.ask("Where is Porto?")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.page.get_by_role("button", name="Bad answer").click()
    await ada.see("opinion-reason").fill("It is in Portugal")
    await ada.page.get_by_role("button", name="Done").click()
    await expect(ada.page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    await ada.page.reload()
    await expect(ada.page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    await ada.page.get_by_role("link", name="Open this request").click()
    await expect(ada.see("request-detail")).to_contain_text("It is in Portugal")


async def test_models_are_offered_with_their_context_and_price(ada) -> None:
    await expect(ada.see("model-select").locator("option").first).to_be_attached()
    labels = await ada.see("model-select").locator("option").all_inner_texts()
    assert "GPT-4o · demo · 128k context · $2.50 in, $10 out" in labels
    assert "demo-fast · demo · unpriced" in labels
