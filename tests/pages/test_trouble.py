"""What goes wrong is said in the page, with a way on, and nothing typed is lost."""

import re

import pytest
from playwright.async_api import expect

from fluxgate_app.accounts import people
from fluxgate_app.chat import conversations

from .conftest import ADA, PASSWORD, make_site

SERVER_IS_BACK_MS = 60_000


async def test_a_wrong_key_is_said_with_what_to_do(ada) -> None:
    await ada.ask("Hello", "demo-unauthorized")
    await expect(ada.see("chat-error")).to_contain_text("Invalid API key")
    await expect(ada.see("chat-error")).to_contain_text("have an admin set a valid key")
    await expect(ada.see("chat-error").get_by_role("button", name="Retry")).to_be_enabled()
    await expect(ada.see("send")).to_have_text("Send")


async def test_a_provider_in_trouble_is_said_with_what_to_do(ada) -> None:
    await ada.ask("Hello", "demo-error")
    await expect(ada.see("chat-error")).to_contain_text("service error. Please try again.")
    await expect(ada.see("chat-error")).to_contain_text("choose another model")


async def test_a_providers_rate_limit_is_said_with_its_wait(ada) -> None:
    await ada.ask("Hello", "demo-rate-limited")
    await expect(ada.see("chat-error")).to_contain_text("Rate limit exceeded. Please try again later.")
    await expect(ada.see("chat-error")).to_contain_text(re.compile(r"answers again in (20|1\d) s"))
    await expect(ada.see("chat-error")).to_contain_text(re.compile(r"answers again in 1\d s"))
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(ada.see("chat-error")).to_contain_text(re.compile(r"answers again in 1?\d s"))
    # Another model need not wait for it.
    await ada.see("model-select").select_option("demo/demo-fast")
    await ada.see("chat-error").get_by_role("button", name="Retry").click()
    await expect(ada.see("message-meta")).to_be_visible()
    await expect(ada.see("chat-error")).to_have_count(0)


async def test_a_provider_without_a_key_is_said_and_another_one_is_chosen(start_site, page) -> None:
    # Nothing is asked there.
    site = start_site(ANTHROPIC_API_KEY="sk-one", ANTHROPIC_BASE_URL="http://127.0.0.1:9")
    with site.database.writing() as session:
        account = people.find(session, ADA)
        assert account
        chat = conversations.create(session, account.id, "Networks", model="openai/gpt-4o").id
    ada = await site.visited_by(ADA, page)
    await ada.go(f"/c/{chat}")
    await expect(page.get_by_text("No API key for OpenAI: Claude Sonnet 4.6 answers instead")).to_be_visible()
    await expect(ada.see("model-select")).to_have_value("anthropic/claude-sonnet-4-6")


async def test_a_provider_that_falls_silent_is_said_and_what_came_goes_on(start_site, page) -> None:
    ada = await start_site(FLUXGATE_PROVIDER_TIMEOUT_SECONDS="1").visited_by(ADA, page)
    answer = await ada.ask("Hello", "demo-stall")
    await expect(ada.see("chat-error")).to_contain_text("silent for too long")
    before = await answer.inner_text()
    assert before
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(ada.see("chat-error")).to_contain_text("silent for too long")
    await ada.see("model-select").select_option("demo/demo-fast")
    await ada.see("chat-error").get_by_role("button", name="Continue").click()
    await expect(ada.see("chat-error")).to_have_count(0)
    await expect(ada.see("message-meta")).to_contain_text("2 calls")


async def test_an_answer_that_was_refused_is_said_with_what_to_do(ada) -> None:
    await ada.ask("Hello", "demo-refusal")
    await expect(ada.see("chat-error")).to_contain_text("The provider withheld this answer")
    await expect(ada.see("chat-error")).to_contain_text("Ask in other words")
    await expect(ada.see("chat-error").get_by_role("button", name="Continue")).to_have_count(0)


@pytest.mark.parametrize("model", ["demo-cut", "demo-truncated"])
async def test_an_answer_that_was_cut_is_said_and_goes_on(ada, model: str) -> None:
    answer = await ada.ask("Hello", model)
    await expect(ada.see("chat-error")).to_contain_text("Failed to process request")
    await expect(ada.see("chat-error")).to_contain_text("What is above is kept")
    before = await answer.inner_text()
    await ada.see("model-select").select_option("demo/demo-fast")
    await ada.see("chat-error").get_by_role("button", name="Continue").click()
    await expect(ada.see("message-meta")).to_contain_text("2 calls")
    assert (await answer.inner_text()).startswith(before[:20])


async def test_an_answer_as_long_as_it_may_be_is_said_and_goes_on(ada) -> None:
    await ada.ask("Hello", "demo-max-tokens")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("broken-off")).to_contain_text("reached its longest length")
    await ada.page.reload()
    await expect(ada.see("broken-off")).to_contain_text("reached its longest length")
    await ada.see("model-select").select_option("demo/demo-fast")
    await ada.see("broken-off").get_by_role("button", name="Continue").click()
    await expect(ada.see("message-meta")).to_contain_text("2 calls")
    await expect(ada.see("broken-off")).to_have_count(0)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_lost_connection_is_a_quiet_badge_until_it_is_back(start_server, unwatched_page) -> None:
    admin = {"FLUXGATE_ADMIN_EMAIL": ADA, "FLUXGATE_ADMIN_PASSWORD": PASSWORD}
    server = start_server(**admin)
    ada = await make_site(server).visited_by(ADA, unwatched_page)
    await expect(ada.page.get_by_text("requests left this minute")).to_be_visible()
    await ada.see("composer").fill("What is TCP?")
    server.stop()
    badge = ada.page.locator(".offline")
    await expect(badge).to_have_text("Connection lost. Trying again …", timeout=10_000)
    await expect(badge).to_have_attribute("role", "status")
    await expect(ada.page.get_by_role("alert")).to_have_count(0)
    start_server(port=int(server.url.rpartition(":")[2]), FLUXGATE_DATA_DIR=str(server.data_dir))
    await expect(badge).to_have_count(0, timeout=SERVER_IS_BACK_MS)
    await expect(ada.see("composer")).to_have_value("What is TCP?")
    await ada.ask("What is TCP?")
    await expect(ada.see("message-meta")).to_be_visible()


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
