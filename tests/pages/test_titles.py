"""The title of every page, by which it is found among tabs; and the page for an address that leads nowhere."""

import re

import pytest
from playwright.async_api import expect


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "FluxGate"),
        ("/requests", "Requests · FluxGate"),
        ("/dashboard", "Dashboard · FluxGate"),
        ("/settings", "Profile · FluxGate"),
        ("/settings/keys", "API keys · FluxGate"),
        ("/settings/personas", "Personas · FluxGate"),
        ("/settings/providers", "Providers · FluxGate"),
        ("/settings/people", "People · FluxGate"),
        ("/settings/prices", "Prices · FluxGate"),
        ("/settings/budgets", "Budgets · FluxGate"),
        ("/settings/alerts", "Alerts · FluxGate"),
        ("/settings/retention", "Retention · FluxGate"),
        ("/settings/limits", "Limits · FluxGate"),
    ],
)
async def test_a_page_says_what_it_is(ada, path: str, title: str) -> None:
    await ada.go(path)
    await expect(ada.page).to_have_title(title)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/login", "Sign in · FluxGate"),
        ("/signup", "Create an account · FluxGate"),
        ("/setup?token=x", "First start · FluxGate"),
    ],
)
async def test_a_door_says_what_it_is(visitor, path: str, title: str) -> None:
    await visitor.go(path)
    await expect(visitor.page).to_have_title(title)


async def test_a_conversation_has_its_own_title_and_so_has_its_request(ada) -> None:
    await ada.ask("Where is Porto?")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.page).to_have_title("Where is Porto? · FluxGate")
    await ada.see("message-meta").get_by_role("link").click()
    await expect(ada.page).to_have_title("Request · FluxGate")
    await ada.see("new-chat").click()
    await expect(ada.page).to_have_title("FluxGate")


@pytest.mark.asyncio(loop_scope="session")
async def test_an_address_that_leads_nowhere_says_so_with_a_way_back(unwatched_page, site) -> None:
    answer = await unwatched_page.goto(f"{site.url}/no/such/page")
    assert answer and answer.status == 404
    await expect(unwatched_page).to_have_title("Nothing here · FluxGate")
    await expect(unwatched_page.get_by_text("There is nothing here")).to_be_visible()
    await unwatched_page.get_by_role("link", name="Chat").click()
    await expect(unwatched_page).to_have_url(re.compile("/login$"))
