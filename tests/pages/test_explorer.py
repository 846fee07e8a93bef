"""The explorer in a browser: what is asked for is in the address, what is liked stays in the browser."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect


@pytest_asyncio.fixture(loop_scope="session")
async def explorer(history, ada) -> Page:
    """Ada before the list of all of it."""
    await ada.go("/requests")
    await expect(ada.see("request-row").first).to_be_visible()
    return ada.page


def asked(page: Page) -> dict[str, list[str]]:
    """What the address asks for."""
    return parse_qs(urlsplit(page.url).query)


async def add_filter(page: Page, column: str, value: str, comparison: str = "is") -> None:
    """Choose a column, how to compare and one of the values that are suggested."""
    await page.get_by_role("button", name="+ Filter").click()
    await page.get_by_label("Find a column").fill(column)
    await page.keyboard.press("Enter")
    await page.get_by_label("Comparison").select_option(label=comparison)
    await page.locator(".popover").get_by_text(value, exact=True).click()
    await page.get_by_role("button", name="Apply").click()


async def test_a_filter_is_made_of_what_is_suggested_and_back_takes_it_away(explorer) -> None:
    await add_filter(explorer, "feature", "code-review", "is not")
    await expect(explorer.get_by_role("button", name="feature is not code-review", exact=True)).to_be_visible()
    assert asked(explorer) == {"feature.not": ["code-review"]}
    await expect(explorer.locator("td.c-feature", has_text="code-review")).to_have_count(0)
    await explorer.go_back()
    await expect(explorer).to_have_url(re.compile("/requests$"))
    await expect(explorer.locator(".chip")).to_have_count(0)
    await explorer.go_forward()
    await explorer.reload()
    await expect(explorer.locator(".chip")).to_have_text(re.compile("feature is not code-review"))


async def test_a_chip_can_be_changed_and_removed(explorer) -> None:
    await add_filter(explorer, "model", "gpt-4o")
    await explorer.get_by_role("button", name="model is gpt-4o", exact=True).click()
    await explorer.locator(".popover").get_by_text("gpt-4o-mini", exact=True).click()
    await explorer.get_by_role("button", name="Apply").click()
    await expect(explorer.locator(".chip")).to_have_text(re.compile("model is gpt-4o or gpt-4o-mini"))
    assert asked(explorer) == {"model": ["gpt-4o", "gpt-4o-mini"]}
    await explorer.get_by_role("button", name="Remove “model is gpt-4o or gpt-4o-mini”").click()
    await expect(explorer).to_have_url(re.compile("/requests$"))


async def test_a_number_is_compared(explorer) -> None:
    await explorer.get_by_role("button", name="+ Filter").click()
    await explorer.get_by_label("Find a column").fill("cost")
    await explorer.locator(".popover").get_by_text("cost", exact=True).click()
    await explorer.get_by_label("Comparison").select_option(label="between")
    await explorer.get_by_label("From").fill("0.001")
    await explorer.get_by_label("To", exact=True).fill("0.002")
    await explorer.keyboard.press("Enter")
    await expect(explorer.locator(".chip")).to_have_text(re.compile("cost between \\$0.001 and \\$0.002"))
    await expect(explorer.locator("td.c-cost").first).to_have_text(re.compile(r"\$0\.00[12]"))


async def test_a_span_and_a_range_of_time_are_chosen(explorer) -> None:
    await explorer.get_by_role("button", name="Any time").click()
    await explorer.get_by_role("button", name="Last 7 days").click()
    await expect(explorer).to_have_url(re.compile(r"\?range=7d$"))
    await explorer.get_by_title("Time range").click()
    await explorer.get_by_label("From").fill("2026-01-01T00:00")
    await explorer.get_by_label("To", exact=True).fill("2026-01-02T12:30")
    await explorer.locator(".popover").get_by_role("button", name="Apply").click()
    await expect(explorer.get_by_title("Time range")).to_contain_text("Jan 1, 2026")
    assert set(asked(explorer)) == {"from", "to"}
    await expect(explorer.get_by_text("No request matches")).to_be_visible()


async def test_what_cannot_be_stands_beside_what_can_until_it_is_taken_away(history, ada) -> None:
    await ada.go("/requests?colour=blue&feature=code-review")
    await expect(ada.page.get_by_role("alert")).to_contain_text("There is no filter 'colour'")
    await ada.page.get_by_role("button", name="Remove “colour is blue”").click()
    await expect(ada.see("request-row").first).to_contain_text("code-review")


async def test_a_count_filters_and_filters_no_longer(explorer) -> None:
    counts = explorer.get_by_role("complementary", name="Counts")
    await counts.get_by_role("button", name=re.compile("^code-review")).click()
    await expect(explorer).to_have_url(re.compile(r"\?feature=code-review$"))
    await expect(explorer.locator("td.c-feature").first).to_have_text("code-review")
    await counts.get_by_role("button", name=re.compile("^code-review"), pressed=True).click()
    await expect(explorer).to_have_url(re.compile("/requests$"))


async def test_a_head_sorts(explorer) -> None:
    cost = explorer.get_by_role("columnheader", name="Cost")
    await cost.get_by_role("button").click()
    await expect(cost).to_have_attribute("aria-sort", "descending")
    assert asked(explorer) == {"sort": ["-cost"]}
    await cost.get_by_role("button").click()
    await expect(cost).to_have_attribute("aria-sort", "ascending")


async def test_columns_are_chosen_and_moved_and_stay_so(explorer) -> None:
    await explorer.get_by_role("button", name="Columns").click()
    await explorer.get_by_role("checkbox", name="Provider").check()
    await explorer.get_by_role("checkbox", name="Feature").uncheck()
    await explorer.get_by_role("button", name="Move Model up").click()
    await explorer.get_by_role("checkbox", name="Dense rows").check()
    await explorer.reload()
    heads = explorer.get_by_role("columnheader")
    await expect(heads.nth(1)).to_have_text("Model")
    await expect(heads.last).to_have_text("Provider")
    await expect(explorer.get_by_role("columnheader", name="Feature")).to_have_count(0)
    await expect(explorer.get_by_test_id("requests-table")).to_have_class(re.compile("dense"))


async def test_the_keyboard_walks_opens_and_comes_back(explorer) -> None:
    for key in ("j", "j", "ArrowDown", "k"):
        await explorer.keyboard.press(key)
    second = explorer.get_by_test_id("request-row").nth(1).locator("a.opens")
    await expect(second).to_be_focused()
    address = await second.get_attribute("href")
    await explorer.keyboard.press("Enter")
    await expect(explorer).to_have_url(re.compile(f"{address}$"))
    await expect(explorer.get_by_test_id("request-detail")).to_be_visible()
    await explorer.keyboard.press("Escape")
    await expect(explorer).to_have_url(re.compile("/requests$"))
    rows = explorer.get_by_test_id("request-row")
    await expect(rows.locator(f'a[href="{address}"]')).to_be_focused()
    search = explorer.get_by_test_id("filter-search")
    await expect(search).to_be_enabled()
    await explorer.keyboard.press("/")
    await expect(search).to_be_focused()


async def test_older_ones_follow_below(explorer) -> None:
    rows = explorer.get_by_test_id("request-row")
    await expect(rows).to_have_count(50)
    await explorer.get_by_role("button", name="Load more").click()
    await expect(rows).to_have_count(100)


async def test_news_wait_while_somebody_reads(explorer, ada) -> None:
    await explorer.locator(".rows-place").evaluate("place => (place.scrollTop = 400)")
    body = {"message": "Hello", "model": "demo/demo-fast"}
    made = await explorer.request.post(f"{ada.url}/api/chat", data=body, headers={"Origin": ada.url})
    new = f'a[href="/requests/{(await made.json())["tracking"]["trackingId"]}"]'
    waiting = explorer.get_by_role("button", name="1 new")
    await expect(waiting).to_be_visible()
    await expect(explorer.locator(new)).to_have_count(0)
    await waiting.click()
    await expect(explorer.get_by_test_id("request-row").first.locator(new)).to_be_visible()
    await expect(waiting).to_have_count(0)


async def test_the_strip_adds_up_and_a_range_of_it_is_brushed(history, ada) -> None:
    await ada.go("/requests?range=30d&origin=seed")
    strip = ada.page.get_by_role("region", name="Over time")
    await expect(strip).to_contain_text(re.compile(r"(1,000|9\d\d) requests · \$\d.* · p95 \d"))
    place = await strip.locator(".bars").bounding_box()
    assert place
    await ada.page.mouse.move(place["x"] + place["width"] * 0.3, place["y"] + 20)
    await ada.page.mouse.down()
    await ada.page.mouse.move(place["x"] + place["width"] * 0.6, place["y"] + 20, steps=3)
    await ada.page.mouse.up()
    await ada.page.mouse.move(0, 0)
    await expect(ada.page).to_have_url(re.compile("from=.*&to="))
    assert asked(ada.page)["origin"] == ["seed"]
    await expect(strip).to_contain_text(re.compile(r"^[2-5]\d\d requests"))


@pytest.mark.parametrize(("title", "opens"), [("CSV", b"trackingId,"), ("JSON lines", b'{"'), ("Parquet", b"PAR1")])
async def test_all_that_is_filtered_is_taken_along(history, ada, title: str, opens: bytes) -> None:
    await ada.go("/requests?feature=code-review")
    await expect(ada.see("request-row").first).to_be_visible()
    await ada.page.get_by_role("button", name="Export").click()
    async with ada.page.expect_download() as download:
        await ada.page.get_by_role("button", name=title).click()
    await expect(ada.page.get_by_role("status").filter(has_text="are written.")).to_be_visible()
    file = await (await download.value).path()
    content = file.read_bytes()
    assert content.startswith(opens)
    assert b"code-review" in content
    assert title == "Parquet" or b"streaming-chat" not in content


async def test_an_admin_prices_what_is_listed_again_after_a_look(explorer, ada, bob) -> None:
    await ada.go("/settings/prices")
    await ada.page.get_by_text("New prices").click()
    for label, value in (("Provider", "openai"), ("Model", "gpt-4o-mini"), ("Input", "7"), ("Output", "9")):
        await ada.page.get_by_label(label, exact=True).fill(value)
    await ada.page.get_by_label("From", exact=True).fill("2020-01-01")
    await ada.page.get_by_role("button", name="Set prices").click()
    await expect(ada.see("price").first).to_be_visible()
    await ada.go("/requests?model=gpt-4o-mini&status=SUCCESS")
    # The rows of before stand there until the new ones are read.
    await expect(explorer.locator('[data-testid="requests-table"][aria-busy="false"] tbody tr').first).to_be_visible()
    before = await explorer.locator("td.c-cost").first.inner_text()
    await explorer.get_by_role("button", name="Reprice").click()
    await explorer.get_by_role("button", name="What would change?").click()
    said = explorer.locator(".repricing").get_by_role("status")
    await expect(said).to_contain_text("requests would change, by +$")
    await expect(explorer.locator(".priced tbody tr")).to_contain_text(["openai/gpt-4o-mini"])
    await expect(explorer.locator("td.c-cost").first).to_have_text(before)
    await explorer.get_by_role("button", name="Price them again").click()
    await expect(said).to_contain_text("requests changed, by +$")
    await expect(explorer.locator("td.c-cost").first).not_to_have_text(before)
    await bob.go("/requests")
    await expect(bob.page.get_by_role("button", name="Export")).to_be_visible()
    await expect(bob.page.get_by_role("button", name="Reprice")).to_have_count(0)


async def test_a_kept_question_is_asked_again_of_another_model(start_site, page) -> None:
    site = start_site(FLUXGATE_CONTENT_LOGGING="full")
    ada = await site.visited_by("ada@example.com", page)
    answer = await ada.ask("What is a hash table?")
    await expect(answer).not_to_be_empty()
    await ada.see("message-meta").get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Prompt")).to_be_visible()
    await page.get_by_role("button", name="Ask again with…").click()
    await page.get_by_role("button", name="demo-max-tokens").click()
    await expect(page).to_have_url(re.compile("/$"))
    await expect(ada.see("composer")).to_have_value("What is a hash table?")
    await expect(ada.see("model-select")).to_have_value("demo/demo-max-tokens")


async def test_a_request_leads_to_the_others_of_its_conversation(ada) -> None:
    made = []
    for _ in range(2):
        body = {"message": "Hello", "model": "demo/demo-fast", "conversationId": "a-trip-to-porto"}
        answer = await ada.page.request.post(f"{ada.url}/api/chat", data=body, headers={"Origin": ada.url})
        made.append((await answer.json())["tracking"]["trackingId"])
    await ada.go("/requests?conversationId=a-trip-to-porto")
    await expect(ada.see("request-row")).to_have_count(2)
    await ada.see("request-row").first.click()
    around = ada.see("request-detail").locator(".around")
    await expect(around.get_by_role("listitem")).to_have_count(2)
    await around.locator(f'a[href="/requests/{made[0]}"]').click()
    await expect(ada.see("request-detail")).to_contain_text(made[0])
    await around.get_by_role("link", name="All of them").click()
    await expect(ada.page.locator(".chip")).to_have_text(re.compile("conversation id is a-trip-to-porto"))


async def test_a_request_is_copied_as_curl(ada) -> None:
    await ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    body = {"message": "Hello", "model": "demo/demo-fast"}
    answer = await ada.page.request.post(f"{ada.url}/api/chat", data=body, headers={"Origin": ada.url})
    tracking_id = (await answer.json())["tracking"]["trackingId"]
    await ada.go("/requests")
    await ada.page.locator(f'a[href="/requests/{tracking_id}"]').click()
    await ada.page.get_by_role("button", name="Copy as curl").click()
    await expect(ada.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = await ada.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl {ada.url}/api/events/{tracking_id} -H ")


@pytest.mark.asyncio(loop_scope="session")
async def test_an_address_that_leads_nowhere_offers_a_way_back(site, unwatched_page) -> None:
    answer = await unwatched_page.goto(f"{site.url}/nothing/at/all")
    assert answer
    assert answer.status == 404
    await expect(unwatched_page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    await unwatched_page.get_by_role("link", name="Chat").click()
    await expect(unwatched_page).to_have_url(re.compile("/login$"))
