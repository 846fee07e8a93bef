"""What calls cost and how slow they were: the figures of the API, each with the requests behind it."""

import re
from secrets import token_hex

import pytest
from playwright.async_api import expect

PHONE = {"width": 390, "height": 844}


async def call(visitor, feature: str, model: str = "openai/gpt-4o") -> None:
    """Make a call as a program with this person's session does."""
    answer = await visitor.page.request.post(
        f"{visitor.url}/api/chat",
        data={"message": "Hello", "model": model, "feature": feature},
        headers={"Origin": visitor.url},
    )
    assert answer.ok, await answer.text()


async def totals(visitor, query: str) -> dict:
    """What the API says to the same question."""
    return (await (await visitor.page.request.get(f"{visitor.url}/api/metrics?{query}")).json())["totals"]


@pytest.fixture
def feature() -> str:
    """What this test's calls are for, so that those of others do not count."""
    return f"dash-{token_hex(4)}"


async def test_it_shows_what_the_api_says(ada, feature) -> None:
    for _ in range(2):
        await call(ada, feature)
    query = f"range=24h&origin=all&feature={feature}"
    await ada.go(f"/dashboard?{query}")
    await expect(ada.see("dashboard-requests")).to_have_text("2")
    said = await totals(ada, query)
    assert said["requests"] == 2
    spend = ada.see("dashboard-spend")
    assert float((await spend.get_attribute("title")).removeprefix("$")) == float(said["cost"]) > 0
    await expect(ada.see("dashboard-tokens")).to_have_attribute(
        "title", f"{said['inputTokens'] + said['outputTokens']:,}"
    )
    await expect(ada.see("dashboard-errors")).to_have_text("0 %")
    await expect(ada.see("dashboard-first")).to_have_text(re.compile(r"^[\d.]+ m?s$"))


async def test_a_figure_opens_the_requests_behind_it(ada, feature) -> None:
    await call(ada, feature)
    await call(ada, f"not-{feature}")
    await ada.go(f"/dashboard?origin=all&feature={feature}")
    await ada.see("dashboard-spend").click()
    await expect(ada.page).to_have_url(re.compile(rf"/requests\?.*feature={feature}.*range=7d"))
    await expect(ada.see("request-row")).to_have_count(1)
    await expect(ada.see("request-row")).to_contain_text(feature)


async def test_the_charts_can_be_read_as_tables_with_the_keyboard(ada, feature) -> None:
    await call(ada, feature)
    await ada.go(f"/dashboard?range=24h&interval=day&groupBy=model&origin=all&feature={feature}")
    chart = ada.see("dashboard-sums")
    await expect(chart.locator(".recharts-bar-rectangle").first).to_be_visible()
    await expect(chart.locator(".legend")).to_contain_text("gpt-4o$")
    await chart.get_by_text("Requests", exact=True).click()
    await expect(chart.locator(".legend")).to_contain_text("gpt-4o1")
    as_table = chart.get_by_role("button", name="As a table")
    await as_table.focus()
    await ada.page.keyboard.press("Enter")
    await expect(chart.get_by_role("columnheader", name="gpt-4o")).to_be_visible()
    await expect(chart.get_by_role("row").last).to_contain_text(re.compile(r"\d{4}11$"))
    times = ada.see("dashboard-times")
    await times.get_by_role("button", name="As a table").click()
    await expect(times.get_by_role("columnheader", name="p99")).to_be_visible()


async def test_a_choice_is_in_the_address_and_changes_what_is_shown(ada, feature) -> None:
    await call(ada, feature)
    await ada.go(f"/dashboard?origin=all&feature={feature}")
    await ada.page.get_by_label("Group by").select_option("provider")
    await expect(ada.page).to_have_url(re.compile(r"groupBy=provider"))
    await expect(ada.see("dashboard-sums").locator(".legend")).to_contain_text("openai$")
    await ada.page.get_by_label("Then by").select_option("status")
    await expect(ada.page).to_have_url(re.compile(r"groupBy=provider%2Cstatus"))
    await expect(ada.see("dashboard-sums").locator(".legend")).to_contain_text("openai · SUCCESS")
    await ada.page.get_by_title("Time range").click()
    await ada.page.get_by_role("button", name="Last 30 days").click()
    await expect(ada.page).to_have_url(re.compile(r"/dashboard\?.*range=30d"))
    await ada.page.get_by_role("button", name=f"Remove “feature is {feature}”").click()
    await expect(ada.page).not_to_have_url(re.compile(feature))


async def test_what_came_since_is_added_up_again(ada, feature) -> None:
    query = f"origin=all&feature={feature}"
    await call(ada, feature)
    await ada.go(f"/dashboard?{query}")
    await expect(ada.see("dashboard-requests")).to_have_text("1")
    await call(ada, feature)
    await expect(ada.see("dashboard-requests")).to_have_text("2")
    # The next one would show by itself too, but later.
    await call(ada, feature)
    while (await totals(ada, query))["requests"] < 3:
        await ada.page.wait_for_timeout(50)
    await ada.page.get_by_title("Add up again").click()
    await expect(ada.see("dashboard-requests")).to_have_text("3")


async def test_where_nothing_matches_it_says_so_and_the_way_out(ada) -> None:
    await ada.go("/dashboard?feature=there-is-no-such-thing")
    await expect(ada.page.get_by_text("No request matches")).to_be_visible()
    await ada.page.get_by_role("link", name="Clear the filters").click()
    await expect(ada.page).to_have_url(re.compile(r"/dashboard$"))


async def test_nonsense_in_the_address_is_said(ada) -> None:
    await ada.go("/dashboard?groupBy=colour")
    await expect(ada.page.get_by_role("alert")).to_contain_text("groupBy must be one or two of")


async def test_people_see_figures_of_their_own_calls(ada, bob, feature) -> None:
    await call(ada, feature)
    await call(bob, feature)
    for visitor, requests in ((ada, "2"), (bob, "1")):
        await visitor.go(f"/dashboard?origin=all&feature={feature}")
        await expect(visitor.see("dashboard-requests")).to_have_text(requests)


async def test_a_phone_shows_it_without_scrolling_sideways(ada, feature) -> None:
    await call(ada, feature)
    await ada.page.set_viewport_size(PHONE)
    await ada.go(f"/dashboard?origin=all&feature={feature}")
    await expect(ada.see("dashboard-times").locator(".recharts-line").first).to_be_attached()
    widths = "element => [element.scrollWidth, element.clientWidth]"
    scrolled, visible = await ada.page.locator(".dashboard").evaluate(widths)
    assert scrolled == visible <= PHONE["width"]
    assert await ada.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
