"""Budgets and alerts in the browser: set by an admin, seen where one asks, and nothing typed is lost."""

import re
from decimal import Decimal

from playwright.async_api import expect

from fluxgate_app.events.alerts import told
from fluxgate_app.events.alerts.findings import Finding
from fluxgate_app.events.budgets import decisions
from fluxgate_app.models import AlertKind

from .conftest import BOB


async def test_an_admin_sets_and_removes_a_budget(ada) -> None:
    await ada.go("/settings/budgets")
    await ada.page.get_by_text("New budget").click()
    await ada.page.get_by_label("Whose calls").select_option("feature")
    await ada.page.get_by_label("Which one").fill("newsletter")
    await ada.page.get_by_label("Limit in USD").fill("12.50")
    await ada.page.get_by_role("button", name="Set budget").click()
    row = ada.see("budget").filter(has_text="newsletter")
    await expect(row).to_contain_text("$0 of $12.50 spent this month")
    await row.get_by_role("button", name="Remove").click()
    await row.get_by_role("button", name="Remove", exact=True).click()
    await expect(row).to_have_count(0)


async def test_bob_sees_what_is_left_is_refused_and_keeps_what_he_typed(bob, site) -> None:
    with site.database.writing() as session:
        budget = decisions.add(session, "account", BOB, "day", Decimal("0.000001"))
    try:
        await expect_budget(bob)
        await bob.see("model-select").select_option("demo/claude-sonnet-4-6")
        await bob.see("composer").fill("What is TCP?")
        await bob.see("send").click()
        await expect(bob.see("chat-error")).to_contain_text("Budget reached: $0.000001 a day for this account")
        await expect(bob.see("composer")).to_have_value("What is TCP?")
        await expect(bob.see("message-user")).to_have_count(0)
    finally:
        with site.database.writing() as session:
            decisions.remove(session, budget)


async def expect_budget(visitor) -> None:
    """The server knows a budget that others set within two seconds; the page when it is loaded."""
    await visitor.page.wait_for_timeout(2500)
    await visitor.go("/")
    await expect(visitor.see("budget-left")).to_have_text("$0.000001 of $0.000001 left today")


async def test_the_bell_leads_an_admin_to_what_was_told(ada, bob, site) -> None:
    with site.database.writing() as session:
        told.keep(session, [Finding("in a page test", AlertKind.SPEND, "$9 were spent.")], sends=False)
    await ada.go("/")
    await ada.see("alerts-bell").click()
    row = ada.see("alert").filter(has_text="$9 were spent.")
    await row.get_by_role("button", name=re.compile("Acknowledge")).click()
    await expect(row).to_contain_text("acknowledged")
    await expect(ada.see("alerts-bell")).to_have_count(0)
    await bob.go("/")
    await expect(bob.see("alerts-bell")).to_have_count(0)
