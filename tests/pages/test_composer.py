"""Where a question is written: it grows, suggests, and loses nothing that was typed."""

import re

from playwright.async_api import Page, WebSocketRoute, expect

DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('fluxgate-draft')).length"
COMPOSE = """(field) => field.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""


async def reload_without_server(page: Page) -> list[WebSocketRoute]:
    """Load it again; what would reach the server waits until one connects it."""
    held: list[WebSocketRoute] = []

    def hold(socket: WebSocketRoute) -> None:
        held.append(socket)

    await page.route_web_socket(re.compile("/_event"), hold)
    await page.reload()
    return held


async def test_it_grows_with_its_text_to_a_limit(ada) -> None:
    field = ada.see("composer")
    small = (await field.bounding_box())["height"]
    await field.fill("one\ntwo\nthree\nfour\nfive")
    grown = (await field.bounding_box())["height"]
    await field.fill("\n" * 200)
    most = (await field.bounding_box())["height"]
    assert small < grown < most <= 0.4 * ada.page.viewport_size["height"]
    assert await field.evaluate("(field) => field.scrollHeight > field.clientHeight")


async def test_enter_that_ends_a_composition_sends_nothing(ada) -> None:
    await ada.see("composer").fill("にほんご")
    await ada.see("composer").evaluate(COMPOSE)
    await ada.page.wait_for_timeout(200)
    await expect(ada.see("composer")).to_have_value("にほんご")
    await expect(ada.see("message-user")).to_have_count(0)


async def test_a_draft_outlives_a_reload_and_its_tab(ada) -> None:
    await ada.see("composer").fill("half a thought")
    await ada.page.reload()
    await expect(ada.see("composer")).to_have_value("half a thought")
    other = await ada.page.context.new_page()
    await other.goto(f"{ada.url}/")
    await expect(other.get_by_test_id("composer")).to_have_value("half a thought")


async def test_what_is_typed_before_the_server_knows_by_whom_outlives_a_reload(ada) -> None:
    is_slow = True

    def pass_on(socket: WebSocketRoute) -> None:
        if not is_slow:
            socket.connect_to_server()

    await ada.page.route_web_socket(re.compile("/_event"), pass_on)
    await ada.page.reload()
    await ada.see("composer").fill("half a thought")
    await ada.page.reload()
    await expect(ada.see("composer")).to_have_value("half a thought")
    is_slow = False
    await ada.page.reload()
    await expect(ada.page.get_by_text("requests left this minute")).to_be_visible(timeout=20_000)
    await expect(ada.see("composer")).to_have_value("half a thought")
    await ada.see("composer").fill("")


async def test_an_enter_that_comes_before_the_server_counts_once_it_is_there(ada) -> None:
    await ada.ask("First")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("message-meta")).to_be_visible()
    held = await reload_without_server(ada.page)
    await ada.see("composer").fill("Second")
    await ada.see("composer").press("Enter")
    await expect(ada.see("send")).to_have_text("Sending...")
    await expect(ada.see("composer")).to_have_value("Second")
    held[0].connect_to_server()
    await expect(ada.see("message-user")).to_have_text(["First", "Second"], timeout=20_000)
    await expect(ada.see("composer")).to_have_value("")


async def test_an_enter_sends_nothing_that_was_not_to_be_seen_then(ada) -> None:
    await ada.see("composer").fill("left from before, ")
    held = await reload_without_server(ada.page)
    await ada.see("composer").fill("and more")
    await ada.see("composer").press("Enter")
    held[0].connect_to_server()
    await expect(ada.see("composer")).to_have_value("left from before, and more", timeout=20_000)
    await ada.page.wait_for_timeout(300)
    await expect(ada.see("send")).to_have_text("Send")
    await expect(ada.see("message-user")).to_have_count(0)


async def test_each_conversation_has_a_draft_of_its_own(ada) -> None:
    await ada.ask("First")
    await ada.page.wait_for_url("**/c/*")
    await ada.see("composer").fill("about the first")
    await ada.see("new-chat").click()
    await expect(ada.see("composer")).to_have_value("")
    await ada.see("composer").fill("about something new")
    await ada.page.go_back()
    await expect(ada.see("composer")).to_have_value("about the first")


async def test_a_draft_goes_when_it_was_sent(ada) -> None:
    await ada.ask("Gone")
    await ada.page.wait_for_url("**/c/*")
    await expect(ada.see("composer")).to_have_value("")
    assert await ada.page.evaluate(DRAFTS) == 0


async def test_what_is_typed_while_a_question_is_on_its_way_is_kept(ada) -> None:
    await ada.see("model-select").select_option("demo/demo-fast")
    await ada.see("composer").fill("First")
    await ada.see("composer").press("Enter")
    await ada.see("composer").press_sequentially(" and then")
    await ada.page.wait_for_url("**/c/*")
    await ada.see("composer").press_sequentially(" some more")
    await expect(ada.see("composer")).to_have_value(" and then some more")


async def test_logging_out_forgets_all_drafts(ada) -> None:
    await expect(ada.page.get_by_text("requests left this minute")).to_be_visible()
    await ada.see("composer").fill("my secret")
    assert await ada.page.evaluate(DRAFTS) == 1
    await ada.page.get_by_role("button", name="Log out").click()
    await expect(ada.see("login-email")).to_be_visible()
    assert await ada.page.evaluate(DRAFTS) == 0


async def test_somebody_else_in_the_same_browser_sees_no_draft(ada, site) -> None:
    await expect(ada.page.get_by_text("requests left this minute")).to_be_visible()
    await ada.see("composer").fill("for nobody else")
    bob = await site.visited_by("bob@example.com", ada.page)
    await expect(bob.see("composer")).to_be_enabled()
    await expect(bob.see("composer")).to_have_value("")


async def test_a_suggestion_is_asked(ada) -> None:
    await ada.see("model-select").select_option("demo/demo-fast")
    await ada.page.get_by_role("group", name="Suggestions").get_by_role("button").first.click()
    await expect(ada.see("message-user")).to_have_text("Explain hash tables with an example")
    await expect(ada.page).to_have_url(re.compile("/c/"))
    await expect(ada.page.get_by_role("group", name="Suggestions")).to_have_count(0)
