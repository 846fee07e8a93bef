"""The settings: keys that work at once and stop at once, passwords, and what only admins see."""

import re

import httpx2
import pytest
from playwright.async_api import expect

from .conftest import BOB, PASSWORD

EVE = "eve@example.com"


async def new_key(visitor, name: str) -> str:
    """Make a key on the page and give what it shows."""
    await visitor.go("/settings/keys")
    await visitor.page.get_by_text("New key").click()
    await visitor.page.get_by_label("Name").fill(name)
    await visitor.page.get_by_role("button", name="Make key").click()
    shown = visitor.page.get_by_label("The key", exact=True)
    await expect(shown).to_have_text(re.compile(r"fg_\w+_"))
    return await shown.inner_text()


async def chat_status(url: str, key: str) -> int:
    """What a program gets that asks with this key."""
    async with httpx2.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30) as program:
        return (await program.post("/api/chat", json={"message": "Hello", "model": "demo/demo-fast"})).status_code


async def test_a_key_is_shown_once_works_and_stops_when_it_is_revoked(ada) -> None:
    key = await new_key(ada, "for a program")
    assert await chat_status(ada.url, key) == 200
    await expect(ada.page.get_by_label("A call with the key", exact=True)).to_contain_text(f"curl {ada.url}/api/chat")
    await ada.page.reload()
    row = ada.see("api-key").filter(has_text="for a program")
    await expect(row).to_contain_text(re.compile(r"used \d+ s ago"))
    await expect(ada.page.get_by_text(key)).to_have_count(0)
    await row.get_by_role("button", name="Revoke").click()
    await row.get_by_role("button", name="Cancel").click()
    assert await chat_status(ada.url, key) == 200
    await row.get_by_role("button", name="Revoke").click()
    await row.get_by_role("button", name="Revoke", exact=True).click()
    await expect(row).to_have_count(0)
    assert await chat_status(ada.url, key) == 401


async def test_what_the_form_refuses_is_said_and_nothing_typed_is_lost(ada) -> None:
    await ada.go("/settings/keys")
    await ada.page.get_by_text("New key").click()
    await ada.page.get_by_label("Name").fill("for nothing")
    for scope in ("chat", "embeddings", "events:read"):
        await ada.page.get_by_role("checkbox", name=scope).uncheck()
    await ada.page.get_by_role("button", name="Make key").click()
    await expect(ada.page.get_by_role("alert")).to_have_text("Choose at least one thing that the key may do")
    await expect(ada.page.get_by_label("Name")).to_have_value("for nothing")


async def test_a_person_gets_an_account_changes_the_password_and_leaves_everywhere(ada, unwatched_page, site) -> None:
    await ada.go("/settings/people")
    await ada.page.get_by_text("New account").click()
    await ada.page.get_by_label("E-mail").fill(EVE)
    await ada.page.get_by_role("button", name="Make account").click()
    given = await ada.page.get_by_label("The password", exact=True).inner_text()
    eve = type(ada)(unwatched_page, site.url)
    await eve.sign_in(EVE, given)
    await expect(eve.see("composer")).to_be_visible()
    await eve.go("/settings")
    await eve.page.get_by_label("Old password").fill(given)
    await eve.page.get_by_label("New password").fill(PASSWORD)
    await eve.page.get_by_role("button", name="Change password").click()
    await expect(eve.page.get_by_text("Changed. Every other browser is signed out.")).to_be_visible()
    await expect(eve.page.get_by_label("Old password")).to_have_value("")
    await eve.page.get_by_role("button", name="Sign out everywhere").click()
    await eve.page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(eve.page).to_have_url(re.compile("/login$"))
    await eve.sign_in(EVE, PASSWORD)
    await expect(eve.see("composer")).to_be_visible()


async def test_a_name_is_saved(ada) -> None:
    await ada.go("/settings")
    await ada.page.get_by_label("Name").fill("Ada Lovelace")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.page.get_by_text("Saved", exact=True)).to_be_visible()
    await expect(ada.page.get_by_label("Name")).to_have_value("Ada Lovelace")
    await ada.page.reload()
    await expect(ada.page.get_by_label("Name")).to_have_value("Ada Lovelace")


async def test_an_admin_disables_an_account_and_lets_it_in_again(ada, bob) -> None:
    await ada.go("/settings/people")
    row = ada.see("person").filter(has_text=BOB)
    await row.get_by_role("button", name="Disable").click()
    await row.get_by_role("button", name="Disable", exact=True).click()
    await expect(row).to_contain_text("disabled")
    await expect(bob.page).to_have_url(re.compile("/login$"))
    await row.get_by_role("button", name="Enable").click()
    await expect(row.get_by_role("button", name="Make admin")).to_be_visible()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_user_sees_nothing_of_what_is_for_admins(bob) -> None:
    await bob.go("/settings")
    tabs = bob.page.get_by_role("navigation", name="Settings")
    await expect(tabs.get_by_role("link")).to_have_text(["Profile", "API keys", "Personas", "Providers"])
    for path in ("/settings/people", "/settings/prices", "/settings/retention", "/settings/limits"):
        await bob.go(path)
        await expect(bob.page.get_by_text("This is for admins")).to_be_visible()
    await bob.go("/settings/providers")
    await expect(bob.page.get_by_text("OpenAI", exact=True)).to_be_visible()
    await expect(bob.page.get_by_text("OPENAI_API_KEY")).to_have_count(0)


async def test_an_admin_says_how_long_requests_are_kept(ada) -> None:
    await ada.go("/settings/retention")
    await ada.page.locator("input[name=requests]").fill("3")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.page.get_by_role("alert")).to_contain_text("requests: keep them 7 to 36500 days")
    await ada.page.locator("input[name=requests]").fill("3650")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.page.get_by_text("Saved", exact=True)).to_be_visible()
    await ada.page.get_by_role("button", name="Delete now").click()
    await ada.page.get_by_role("button", name="Delete", exact=True).click()
    await expect(ada.page.locator(".items li").filter(has_text="Requests")).to_contain_text("since")
    await ada.page.reload()
    await expect(ada.page.locator("input[name=requests]")).to_have_value("3650")


async def test_every_tab_fits_a_phone(ada) -> None:
    await ada.page.set_viewport_size({"width": 390, "height": 844})
    await new_key(ada, "a name as long as names of keys of programs of people with phones are")
    for path in ("/settings/keys", "/settings", "/settings/providers", "/settings/people", "/settings/retention"):
        await ada.go(path)
        await expect(ada.page.locator(".settings h2").first).to_be_visible()
        wide = "e => e.scrollWidth - e.clientWidth"
        assert await ada.page.locator(".settings").evaluate(wide) <= 0, path
