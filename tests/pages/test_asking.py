"""A question becomes an answer that grows while one watches."""

import re

from playwright.async_api import expect


async def test_a_question_becomes_an_answer(ada) -> None:
    await ada.ask("What is a hash table?")
    await expect(ada.see("message-user")).to_have_text("What is a hash table?")
    await expect(ada.see("message-meta")).to_have_text(re.compile(r"[\d,]+ tokens.*first token \d+ ms"))
    await expect(ada.page).to_have_url(re.compile(r"/c/conv_\w+$"))
    await expect(ada.see("composer")).to_have_value("")


async def test_the_answer_grows(ada) -> None:
    answer = await ada.ask("Tell me everything", "demo-8kb")
    await expect(answer).not_to_have_text("")
    early = await answer.inner_text()
    await expect(ada.see("send")).to_have_text("Streaming...")
    await ada.page.wait_for_timeout(500)
    assert (await answer.inner_text()).startswith(early[:100])
    assert len(await answer.inner_text()) > len(early)
    await ada.see("stop").click()


async def test_it_is_thinking_until_the_first_token(ada) -> None:
    answer = await ada.ask("Take your time", "demo-slow")
    await expect(ada.page.get_by_text("Thinking...")).to_be_visible()
    await expect(answer).to_have_text("")
    await ada.see("stop").click()
    await expect(ada.page.get_by_text("Thinking...")).to_be_hidden()


async def test_a_new_chat_welcomes(ada) -> None:
    await expect(ada.page.get_by_text("Hello! How can I help you today?")).to_be_visible()
    await expect(ada.see("composer")).to_have_attribute("placeholder", "Type your message...")
    await expect(ada.see("message-assistant")).to_have_count(0)


async def test_enter_sends_and_shift_enter_breaks_the_line(ada) -> None:
    await ada.see("model-select").select_option("demo/demo-fast")
    await ada.see("composer").press_sequentially("one")
    await ada.see("composer").press("Shift+Enter")
    await ada.see("composer").press_sequentially("  two")
    await ada.see("composer").press("Enter")
    await expect(ada.see("message-user")).to_be_visible()
    assert await ada.see("message-user").inner_text() == "one\n  two"


async def test_send_is_off_while_there_is_nothing_to_send(ada) -> None:
    await expect(ada.see("send")).to_be_disabled()
    await ada.see("composer").fill("  \n ")
    await expect(ada.see("send")).to_be_disabled()
    await ada.see("composer").fill("now")
    await expect(ada.see("send")).to_be_enabled()


async def test_a_message_that_is_too_long_is_said_before_it_is_sent(ada) -> None:
    await ada.see("composer").fill("🙂" * 4000)
    await expect(ada.see("send")).to_be_enabled()
    await ada.see("composer").fill("🙂" * 4001)
    await expect(ada.see("send")).to_be_disabled()
    await expect(ada.page.get_by_text("Message too long: 1 over 4,000 characters")).to_be_visible()


async def test_the_next_question_knows_the_conversation(ada) -> None:
    await ada.ask("First")
    await expect(ada.page).to_have_url(re.compile("/c/"))
    url = ada.page.url
    await ada.ask("Second")
    await expect(ada.see("message-meta")).to_have_count(2)
    assert ada.page.url == url
    await expect(ada.see("message-user")).to_have_text(["First", "Second"])


async def test_the_model_is_kept_with_the_conversation(ada) -> None:
    await ada.ask("Hello", "demo-fast")
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(ada.see("model-select")).to_have_value("demo/demo-fast")
