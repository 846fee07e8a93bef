"""Saved views in a browser: what was looked at comes again by its name."""

import re

import pytest_asyncio
from playwright.async_api import Page, expect

# A view that was saved when the table and the filters knew more columns.
OLD = "colour=blue&columns=time,shade,cost"


@pytest_asyncio.fixture(loop_scope="session")
async def explorer(history, ada) -> Page:
    """Ada before the list of all of it."""
    await ada.go("/requests")
    await expect(ada.see("request-row").first).to_be_visible()
    return ada.page


async def save(page: Page, name: str, *, shared: bool = False) -> None:
    """Keep what is shown by this name."""
    await page.get_by_title("Saved views").click()
    await page.get_by_label("Name of the view").fill(name)
    if shared:
        await page.get_by_label("For everybody").check()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Saved as")).to_be_visible()
    await page.keyboard.press("Escape")


async def choose(page: Page, name: str) -> None:
    """Open the view of this name."""
    await page.get_by_title("Saved views").click()
    await page.get_by_role("link", name=re.compile(f"^{name}")).click()


async def test_filters_order_columns_and_density_come_again(explorer, ada) -> None:
    await ada.go("/requests?status=SUCCESS&sort=-cost")
    await explorer.get_by_title("Columns and density").click()
    await explorer.get_by_label("Dense rows").check()
    await explorer.get_by_label("Feature", exact=True).uncheck()
    await explorer.keyboard.press("Escape")
    await save(explorer, "Dear ones")
    await explorer.evaluate("localStorage.clear()")
    await ada.go("/requests")
    await expect(explorer.locator("th.c-feature")).to_be_visible()
    await choose(explorer, "Dear ones")
    await expect(explorer.get_by_label("Status")).to_have_value("SUCCESS")
    await expect(explorer.locator("th.c-cost")).to_have_attribute("aria-sort", "descending")
    await expect(explorer.locator("th.c-feature")).to_have_count(0)
    await expect(explorer.locator("table.dense")).to_be_visible()
    await expect(explorer.get_by_title("Saved views")).to_have_text("Dear ones")


async def test_the_list_opens_with_the_default_until_there_is_none(explorer, ada) -> None:
    await ada.go("/requests?model=gpt-4o")
    await save(explorer, "Only gpt-4o")
    await explorer.get_by_title("Saved views").click()
    await explorer.get_by_label("Open Requests with “Only gpt-4o”").click()
    star = explorer.get_by_label("Open Requests with “Only gpt-4o”")
    await expect(star).to_have_attribute("aria-pressed", "true")
    await ada.go("/requests")
    await expect(explorer).to_have_url(re.compile(r"\?model=gpt-4o$"))
    await explorer.get_by_role("button", name="Clear").click()
    await expect(explorer).to_have_url(re.compile("/requests$"))
    await expect(explorer.locator(".chip")).to_have_count(0)
    await explorer.get_by_title("Saved views").click()
    await star.click()
    await expect(star).to_have_attribute("aria-pressed", "false")
    await ada.go("/requests")
    await expect(ada.see("request-row").first).to_be_visible()
    await expect(explorer).to_have_url(re.compile("/requests$"))


async def test_what_an_admin_shares_others_use_and_cannot_delete(explorer, ada, bob) -> None:
    await ada.go("/requests?status.not=SUCCESS")
    await save(explorer, "Failures", shared=True)
    await bob.go("/requests")
    await choose(bob.page, "Failures")
    await expect(bob.page).to_have_url(re.compile(r"\?status.not=SUCCESS$"))
    await bob.page.get_by_title("Saved views").click()
    await expect(bob.page.get_by_label("For everybody")).to_have_count(0)
    await expect(bob.page.get_by_label("Delete “Failures”")).to_have_count(0)
    await explorer.get_by_title("Saved views").click()
    await explorer.get_by_label("Delete “Failures”").click()
    await expect(explorer.get_by_role("link", name=re.compile("^Failures"))).to_have_count(0)


async def test_a_view_of_columns_that_are_gone_says_so_and_works(explorer, ada) -> None:
    await ada.go(f"/requests?{OLD.split('&')[1]}")
    await expect(explorer.get_by_role("note")).to_contain_text("There is no column “shade” any more: it is left out.")
    await expect(explorer.locator("thead th")).to_have_text([re.compile("Time"), "Cost"])
    await explorer.get_by_role("button", name="Forget it").click()
    await expect(explorer.get_by_role("note")).to_have_count(0)
    await expect(explorer.locator("thead th")).to_have_count(2)
    await ada.go(f"/requests?{OLD}")
    await expect(explorer.get_by_role("alert")).to_contain_text("colour")
    await explorer.get_by_role("button", name="Remove “colour is blue”").click()
    await expect(ada.see("request-row").first).to_be_visible()
