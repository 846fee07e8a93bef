"""The link of the first start makes the first admin."""

import re

from playwright.async_api import Page, expect


async def test_the_setup_link_makes_an_admin_who_is_signed_in(start_server, page: Page) -> None:
    server = start_server()
    link = re.search(r"http://\S+/setup\?token=\S+", server.log.read_text())
    assert link
    await page.goto(link[0])
    await page.get_by_test_id("login-email").fill("ada@example.com")
    await page.get_by_test_id("login-password").fill("correct horse battery")
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("composer")).to_be_visible()
    await page.goto(f"{server.url}/requests")
    await expect(page.get_by_text("Everybody’s requests")).to_be_visible()
    await expect(page.get_by_text("No requests yet")).to_be_visible()
