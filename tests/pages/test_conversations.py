"""The list in the sidebar: searched, renamed, pinned, archived, deleted and taken back."""

import re

import pytest_asyncio
from playwright.async_api import Locator, expect


class Sidebar:
    """What Ada has beside the page."""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page

    def item(self, title: str) -> Locator:
        return self.visitor.see("conversation-item").filter(has_text=title)

    async def choose(self, title: str, action: str) -> None:
        await self.page.get_by_role("button", name=f"Menu of {title}").click()
        await self.page.get_by_role("menuitem", name=action, exact=True).click()


@pytest_asyncio.fixture(loop_scope="session")
async def sidebar(ada) -> Sidebar:
    return Sidebar(ada)


async def begin(sidebar: Sidebar, question: str) -> Locator:
    await sidebar.visitor.see("new-chat").click()
    await expect(sidebar.visitor.see("message-user")).to_have_count(0)
    await sidebar.visitor.ask(question)
    await expect(sidebar.visitor.see("message-meta")).to_be_visible()
    return sidebar.item(question)


async def test_words_are_found_in_titles_and_texts(sidebar) -> None:
    here = await begin(sidebar, "Where do puffins nest?")
    await begin(sidebar, "What is a mutex?")
    search = sidebar.visitor.see("chat-search")
    await search.fill("PUFFINS")
    await expect(sidebar.item("What is a mutex?")).to_have_count(0)
    await expect(here.first).to_contain_text("Where do puffins nest?")
    await search.fill("no such words anywhere")
    await expect(sidebar.page.get_by_text("Nothing was found.")).to_be_visible()
    await search.fill("")
    await expect(sidebar.item("What is a mutex?").first).to_be_visible()


async def test_it_is_renamed_in_place(sidebar) -> None:
    await begin(sidebar, "Tell me about looms")
    await sidebar.choose("Tell me about looms", "Rename")
    title = sidebar.page.get_by_label("Title")
    await expect(title).to_be_focused()
    await title.fill("Weaving")
    await title.press("Enter")
    await expect(sidebar.item("Weaving")).to_be_visible()
    await expect(sidebar.page.get_by_role("heading", name="Weaving")).to_be_visible()
    await sidebar.choose("Weaving", "Rename")
    await title.fill("Not this")
    await title.press("Escape")
    await expect(sidebar.item("Weaving")).to_be_visible()


async def test_what_is_pinned_stays_on_top(sidebar) -> None:
    here = await begin(sidebar, "What is a keel?")
    await sidebar.choose("What is a keel?", "Pin")
    pinned = sidebar.page.locator("section", has=sidebar.page.get_by_role("heading", name="Pinned"))
    await expect(pinned).to_contain_text("What is a keel?")
    await sidebar.choose("What is a keel?", "Unpin")
    await expect(pinned).to_have_count(0)
    await expect(here).to_be_visible()


async def test_what_is_archived_is_looked_at_apart(sidebar) -> None:
    here = await begin(sidebar, "What is a sextant?")
    await sidebar.choose("What is a sextant?", "Archive")
    await expect(here).to_have_count(0)
    await sidebar.page.get_by_role("button", name="Archived").click()
    await expect(here).to_be_visible()
    await sidebar.choose("What is a sextant?", "Take back")
    await expect(here).to_have_count(0)
    await sidebar.page.get_by_role("button", name="All conversations").click()
    await expect(here).to_be_visible()


async def test_deleting_can_be_undone(sidebar) -> None:
    here = await begin(sidebar, "Forget this")
    await sidebar.page.wait_for_url("**/c/*")
    await sidebar.choose("Forget this", "Delete")
    await expect(here).to_have_count(0)
    await expect(sidebar.page).to_have_url(re.compile("/$"))
    await sidebar.page.get_by_role("button", name="Undo").click()
    await expect(here).to_be_visible()
    await expect(sidebar.page.get_by_role("button", name="Undo")).to_have_count(0)
    await here.click()
    await expect(sidebar.visitor.see("message-user")).to_have_text("Forget this")


async def test_it_is_a_file_to_take_away(sidebar) -> None:
    await begin(sidebar, "What is a buoy?")
    async with sidebar.page.expect_download() as download:
        await sidebar.choose("What is a buoy?", "Export Markdown")
    file = await download.value
    assert file.suggested_filename == "What-is-a-buoy.md"


async def test_the_menu_is_worked_by_keys(sidebar) -> None:
    await begin(sidebar, "What is an anchor?")
    menu = sidebar.page.get_by_role("button", name="Menu of What is an anchor?")
    await menu.press("Enter")
    await expect(sidebar.page.get_by_role("menuitem", name="Rename")).to_be_focused()
    await sidebar.page.keyboard.press("ArrowUp")
    await expect(sidebar.page.get_by_role("menuitem", name="Delete")).to_be_focused()
    await sidebar.page.keyboard.press("Escape")
    await expect(sidebar.page.get_by_role("menu")).to_have_count(0)
    await expect(menu).to_be_focused()
