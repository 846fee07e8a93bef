"""What goes wrong is said in the page, with a way on, and nothing typed is lost."""

import re

import pytest
from playwright.async_api import expect


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("demo-error", "service error. Please try again."),
        ("demo-unauthorized", "Invalid API key"),
        ("demo-rate-limited", "Rate limit exceeded. Please try again later."),
        ("demo-cut", "Failed to process request"),
    ],
)
async def test_it_says_what_the_provider_said(ada, model: str, words: str) -> None:
    await ada.ask("Hello", model)
    await expect(ada.see("chat-error")).to_contain_text(words)
    await expect(ada.see("chat-error").get_by_role("button", name="Retry")).to_be_enabled()
    await expect(ada.see("send")).to_have_text("Send")


async def test_retry_writes_the_answer_anew(ada) -> None:
    await ada.ask("Hello", "demo-error-midstream")
    await expect(ada.see("chat-error")).to_be_visible()
    await ada.see("chat-error").get_by_role("button", name="Retry").click()
    await expect(ada.see("chat-error")).to_be_hidden()
    await expect(ada.see("chat-error")).to_be_visible()
    await expect(ada.see("message-user")).to_have_count(1)
    await expect(ada.see("message-assistant")).to_have_count(1)


async def test_a_failed_answer_is_still_failed_after_a_reload(ada) -> None:
    await ada.ask("Hello", "demo-error")
    await expect(ada.see("chat-error")).to_be_visible()
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(ada.see("chat-error")).to_contain_text("service error. Please try again.")


async def test_our_own_limit_counts_down_and_keeps_the_text(start_site, page, make_visitor) -> None:
    limited = make_visitor(page, start_site(FLUXGATE_RATE_LIMIT_PER_MINUTE="1"))
    await limited.sign_in("bob@example.com")
    await expect(page.get_by_text("1 of 1 requests left this minute")).to_be_visible()
    await limited.ask("First")
    await expect(limited.see("message-meta")).to_be_visible()
    await limited.see("composer").fill("Second")
    await limited.see("send").click()
    said = re.compile(r"Rate limit exceeded\. Please wait \d+ seconds\.")
    await expect(limited.see("chat-error")).to_contain_text(said)
    await expect(limited.see("composer")).to_have_value("Second")
    await page.reload()
    await expect(limited.see("composer")).to_have_value("Second")
