"""What may be spent and what is told, as an admin sets it on the page: made, changed, taken away, refused."""

import re

import pytest
from playwright.async_api import expect


async def new_budget(ada, feature: str, limit: str) -> None:
    await ada.go("/settings/budgets")
    await ada.page.get_by_text("New budget").click()
    await ada.page.get_by_label("Whose calls").select_option("feature")
    await ada.page.get_by_label("Which one").fill(feature)
    await ada.page.locator("form").filter(has_text="Set budget").get_by_label("Limit in USD").fill(limit)
    await ada.page.get_by_role("button", name="Set budget").click()


async def remove(ada, row) -> None:
    await row.get_by_role("button", name=re.compile("^Remove")).click()
    await row.get_by_role("button", name="Cancel").click()
    await expect(row).to_have_count(1)
    await row.get_by_role("button", name=re.compile("^Remove")).click()
    await row.get_by_role("button", name="Remove", exact=True).click()
    await expect(row).to_have_count(0)


async def test_a_budget_is_set_changed_and_removed(ada) -> None:
    await new_budget(ada, "reports", "12.50")
    row = ada.see("budget").filter(has_text="reports")
    await expect(row).to_contain_text("at most $12.50 a month")
    await ada.page.get_by_text("Change a limit").click()
    change = ada.page.locator("form").filter(has_text="Change limit")
    option = change.locator("option").filter(has_text="reports")
    await change.get_by_label("Budget").select_option(await option.get_attribute("value"))
    await change.get_by_label("Limit in USD").fill("20")
    await change.get_by_role("button", name="Change limit").click()
    await expect(row).to_contain_text("at most $20.00 a month")
    await ada.page.reload()
    await expect(row).to_contain_text("at most $20.00 a month")
    await remove(ada, row)
    await ada.page.reload()
    await expect(ada.page.get_by_text("New budget")).to_be_visible()
    await expect(row).to_have_count(0)


async def test_a_budget_that_is_none_is_refused_and_nothing_typed_is_lost(ada) -> None:
    await new_budget(ada, "reports", "much")
    form = ada.page.locator("form").filter(has_text="Set budget")
    await expect(form.get_by_role("alert")).to_contain_text("much")
    await expect(form.get_by_label("Which one")).to_have_value("reports")
    await form.get_by_label("Limit in USD").fill("-1")
    await form.get_by_role("button", name="Set budget").click()
    await expect(form.get_by_role("alert")).to_have_text("A budget is 0.000001 to 1,000,000 USD")
    await form.get_by_label("Whose calls").select_option("account")
    await form.get_by_label("Which one").fill("nobody@example.com")
    await form.get_by_label("Limit in USD").fill("1")
    await form.get_by_role("button", name="Set budget").click()
    await expect(form.get_by_role("alert")).to_have_text("There is no such account")
    await expect(ada.see("budget")).to_have_count(0)


async def test_a_rule_is_added_and_removed(ada) -> None:
    await ada.go("/settings/alerts")
    await ada.page.get_by_text("New rule").click()
    await ada.page.get_by_label("More than").fill("25")
    await ada.page.get_by_role("button", name="Add rule").click()
    row = ada.see("alert-rule")
    await expect(row).to_contain_text("more than $25.00 spent")
    await expect(row).to_contain_text("over the last 60 minutes")
    await ada.page.reload()
    await expect(row).to_have_count(1)
    await remove(ada, row)


async def test_a_rule_that_is_none_is_refused(ada) -> None:
    await ada.go("/settings/alerts")
    await ada.page.get_by_text("New rule").click()
    await ada.page.get_by_label("More than").fill("a lot")
    await ada.page.get_by_role("button", name="Add rule").click()
    await expect(ada.page.get_by_role("alert")).to_contain_text("'a lot' is no number")
    await expect(ada.page.get_by_label("More than")).to_have_value("a lot")
    await expect(ada.see("alert-rule")).to_have_count(0)


async def test_a_webhook_is_set_its_secret_shown_once_and_taken_away(ada) -> None:
    await ada.go("/settings/alerts")
    await ada.page.get_by_label("Address").fill("https://hooks.example.com/fluxgate")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.page.get_by_label("The secret", exact=True)).to_have_text(re.compile(r"\S{20,}"))
    await ada.page.reload()
    await expect(ada.page.get_by_label("Address")).to_have_value("https://hooks.example.com/fluxgate")
    await expect(ada.page.get_by_label("The secret", exact=True)).to_have_count(0)
    await ada.page.get_by_label("Address").fill("ftp://files.example.com/alerts")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.page.get_by_role("alert")).to_be_visible()
    await ada.page.get_by_label("Address").fill("")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.page.get_by_role("alert")).to_have_count(0)
    await ada.page.reload()
    await expect(ada.page.get_by_label("Address")).to_have_value("")


@pytest.mark.asyncio(loop_scope="session")
async def test_neither_is_for_somebody_who_is_no_admin(bob) -> None:
    for path in ("/settings/budgets", "/settings/alerts"):
        await bob.go(path)
        await expect(bob.page.get_by_text("This is for admins")).to_be_visible()
