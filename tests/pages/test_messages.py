"""What can be done with a message: copied, written again, continued, asked in other words."""

import re

from playwright.async_api import expect


async def copied(ada) -> str:
    return await ada.page.evaluate("navigator.clipboard.readText()")


async def test_an_answer_and_its_code_are_copied(ada) -> None:
    await ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = await ada.ask("Tell me everything", "demo-8kb")
    await expect(answer.locator("pre").first).to_be_visible()
    await ada.see("stop").click()
    await expect(ada.see("broken-off")).to_be_visible()
    await ada.page.get_by_role("button", name="Copy answer").click()
    await expect(ada.page.get_by_role("button", name="Copied")).to_be_visible()
    assert "```" in await copied(ada)
    code = await answer.locator("pre").first.inner_text()
    await answer.get_by_role("button", name="Copy code").first.click()
    await expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    assert (await copied(ada)).strip() == code.strip()


async def test_a_good_answer_is_written_again_and_both_can_be_looked_at(ada) -> None:
    await ada.ask("What is a hash table?")
    await ada.see("message-meta").wait_for()
    request = ada.see("message-meta").get_by_role("link")
    before = await request.get_attribute("href")
    await ada.page.get_by_role("button", name="Write it again").click()
    await expect(request).not_to_have_attribute("href", before)
    await expect(ada.see("message-user")).to_have_count(1)
    await expect(ada.see("message-assistant")).to_have_count(1)
    await expect(ada.see("versions")).to_have_text("2/2")
    await ada.page.get_by_role("button", name="Version before").focus()
    await ada.page.keyboard.press("Enter")
    await expect(ada.see("versions")).to_have_text("1/2")
    await expect(request).to_have_attribute("href", before)
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(ada.see("versions")).to_have_text("1/2")


async def test_a_stopped_answer_goes_on(ada) -> None:
    answer = await ada.ask("Tell me everything", "demo-8kb")
    await expect(answer).to_contain_text(re.compile(".{200}", re.DOTALL))
    await ada.see("stop").click()
    await expect(ada.see("broken-off")).to_contain_text("You stopped this answer.")
    before = await answer.text_content()
    await ada.page.get_by_role("button", name="Continue").click()
    await expect(ada.see("broken-off")).to_have_count(0)
    await expect(answer).to_contain_text(re.compile(f".{{{len(before) + 100},}}", re.DOTALL))
    assert (await answer.text_content()).startswith(before[:150])
    await ada.see("stop").click()
    await expect(ada.see("message-meta")).to_contain_text("2 calls")


async def test_the_last_question_is_asked_in_other_words(ada) -> None:
    await ada.ask("Where is Porto")
    await ada.page.wait_for_url("**/c/*")
    await ada.see("message-meta").wait_for()
    await ada.page.get_by_role("button", name="Edit question").click()
    editor = ada.see("question-editor")
    await expect(editor).to_have_value("Where is Porto")
    await editor.fill("Where is Lisbon?")
    await editor.press("Enter")
    await expect(ada.see("message-user")).to_have_text("Where is Lisbon?")
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.page.reload()
    await expect(ada.see("message-user")).to_have_text("Where is Lisbon?")
    await expect(ada.see("message-assistant")).to_have_count(1)
    await ada.page.get_by_role("button", name="Version before").click()
    await expect(ada.see("message-user")).to_have_text("Where is Porto")
    await expect(ada.see("versions")).to_have_text("1/2")


async def test_an_edit_outlives_a_page_that_is_built_anew(ada) -> None:
    """As it is when "/" becomes "/c/<id>", which may come after an answer that was fast."""
    await ada.ask("Where is Porto")
    await ada.page.wait_for_url("**/c/*")
    await ada.see("message-meta").wait_for()
    await ada.page.get_by_role("button", name="Edit question").click()
    await ada.see("question-editor").fill("Where is Lisbon?")
    await ada.page.get_by_role("link", name="Requests", exact=True).click()
    await expect(ada.see("requests-table")).to_be_visible()
    await ada.page.go_back()
    await expect(ada.see("question-editor")).to_have_value("Where is Lisbon?")
    await expect(ada.see("question-editor")).to_be_focused()
    await ada.see("question-editor").press("Enter")
    await expect(ada.see("message-user")).to_have_text("Where is Lisbon?")


async def test_an_earlier_question_begins_another_path_and_its_own_is_found_again(ada) -> None:
    for question in ("Where is Porto?", "And how far is Coimbra?"):
        await ada.ask(question)
        await expect(ada.see("message-meta").last).to_be_visible()
        await expect(ada.see("stop")).to_have_count(0)
    await ada.page.get_by_role("button", name="Edit question").first.click()
    await ada.see("question-editor").fill("Where is Faro?")
    await ada.see("question-editor").press("Enter")
    await expect(ada.see("message-user")).to_have_text(["Where is Faro?"])
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.see("chat-search").fill("far is Coimbra")
    await ada.see("conversation-item").filter(has_text="Coimbra").click()
    await expect(ada.see("message-user")).to_have_text(["Where is Porto?", "And how far is Coimbra?"])
    await expect(ada.page.locator(".message.found")).to_contain_text("Coimbra")
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(ada.see("message-user")).to_have_count(2)


async def test_a_message_is_deleted_and_its_question_answered_again(ada) -> None:
    await ada.ask("Where is Porto?")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.page.get_by_role("button", name="Delete message").last.click()
    await ada.see("delete-message").click()
    await expect(ada.see("message-assistant")).to_have_count(0)
    await ada.see("unanswered").get_by_role("button", name="Answer").click()
    await expect(ada.see("message-meta")).to_be_visible()
    await ada.page.get_by_role("button", name="Delete message").first.click()
    await ada.see("delete-message").click()
    await expect(ada.see("message-user")).to_have_count(0)
    await ada.page.reload()
    await expect(ada.see("composer")).to_be_enabled()
    await expect(ada.see("message-user")).to_have_count(0)
