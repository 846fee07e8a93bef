"""The way to an account of one's own: shown only while an admin lets people make them."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from fluxgate_app.accounts import admin_settings


@pytest.fixture
def open_to_all(site) -> Iterator[None]:
    for may in (True, False):
        with site.database.writing() as session:
            admin_settings.decide(session, None, signup_open=may)
        if may:
            yield


async def test_nobody_is_offered_what_is_closed(visitor) -> None:
    async with visitor.page.expect_response("**/api/auth/signup") as asked:
        await visitor.go("/login")
    assert await (await asked.value).json() == {"open": False}
    await expect(visitor.see("login-submit")).to_be_enabled()
    await expect(visitor.see("signup-link")).to_have_count(0)


async def test_a_newcomer_makes_an_account_and_lands_on_the_chat(visitor, open_to_all) -> None:
    # A second is how long the server may not know yet.
    async with asyncio.timeout(10):
        while not (await (await visitor.page.request.get(f"{visitor.url}/api/auth/signup")).json())["open"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await visitor.go("/login")
    await visitor.see("signup-link").click()
    await expect(visitor.page).to_have_url(re.compile("/signup/?$"))
    await visitor.see("signup-name").fill("Cleo")
    await visitor.see("login-email").fill("cleo@example.com")
    await visitor.see("login-password").fill("correct horse battery")
    await visitor.see("login-submit").click()
    await expect(visitor.see("composer")).to_be_visible()
    await expect(visitor.page.get_by_text("cleo@example.com")).to_be_visible()
