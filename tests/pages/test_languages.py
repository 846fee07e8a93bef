"""The interface in another language: what the browser asks for, or what was chosen."""

import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

PACKAGE = Path(__file__).parents[2] / "fluxgate_app"
NODE = Path(sys.executable).with_name("node")
SHAPES = """
const { english } = await import("./components/english.js");
const { german } = await import("./components/german.js");
const shape = (texts) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name,
    typeof text === "function" ? `made of ${text.length}` : Array.isArray(text) ? text.length : typeof text]));
console.log(JSON.stringify([english, german].map(shape)));
"""
# As `say.newChat` in scripts and `say("newChat")` in pages.
USED = re.compile(r'\bsay(?:\.(\w+)|\("(\w+)")')


@pytest.fixture(scope="module")
def shapes() -> list[dict[str, str]]:
    """Name and kind of every text, in English and in German."""
    command = [NODE, "--input-type=module", "--eval", SHAPES]
    return json.loads(subprocess.run(command, cwd=PACKAGE, capture_output=True, text=True, check=True).stdout)


@pytest_asyncio.fixture(loop_scope="session")
async def german_page(page: Page) -> AsyncIterator[Page]:
    """A page in a browser that asks for German."""
    assert page.context.browser
    context = await page.context.browser.new_context(locale="de-DE")
    yield await context.new_page()
    await context.close()


def test_every_text_is_there_in_both_languages(shapes) -> None:
    english, german = shapes
    assert len(english) > 50
    assert english == german


def test_every_text_that_is_said_exists_and_every_text_is_said(shapes) -> None:
    sources = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.jsx"), *PACKAGE.rglob("*.js")]
    said = {a or b for path in sources for a, b in USED.findall(path.read_text())}
    assert said == set(shapes[0])


async def test_a_browser_that_asks_for_german_gets_it(site, german_page) -> None:
    visitor = await site.visited_by("bob@example.com", german_page)
    await expect(german_page.get_by_text("Hallo! Wie kann ich heute helfen?")).to_be_visible()
    await expect(visitor.see("composer")).to_have_attribute("placeholder", "Nachricht schreiben …")
    await expect(visitor.see("send")).to_have_text("Senden")
    await expect(german_page.locator("html")).to_have_attribute("lang", "de")
    await visitor.ask("Hallo")
    await expect(visitor.see("message-meta")).to_contain_text("erstes Token")
    await expect(visitor.see("spent")).to_have_text(re.compile(r"ohne Preis · \d+ Tokens"))
    await expect(visitor.see("spent")).to_have_attribute("title", "1 Anfrage ohne Preis")
    await visitor.see("composer").fill("x" * 4001)
    await expect(german_page.get_by_text("Nachricht zu lang: 1 über 4.000 Zeichen")).to_be_visible()


async def test_trouble_is_said_in_german_too(site, german_page) -> None:
    visitor = await site.visited_by("bob@example.com", german_page)
    await visitor.ask("Hallo", "demo-unauthorized")
    await expect(visitor.see("chat-error")).to_contain_text("Ungültiger API-Schlüssel")
    await expect(visitor.see("chat-error")).to_contain_text("Wählen Sie ein anderes Modell")
    await expect(visitor.see("chat-error").get_by_role("button", name="Noch einmal")).to_be_visible()


async def test_the_sign_in_page_speaks_german_too(site, german_page) -> None:
    await german_page.goto(f"{site.url}/login")
    await expect(german_page.get_by_role("heading")).to_have_text("Anmelden")
    await expect(german_page.get_by_label("Passwort")).to_be_visible()


async def test_a_language_is_chosen_and_kept(ada) -> None:
    await ada.go("/settings")
    await ada.see("language-select").select_option("de")
    await expect(ada.see("new-chat")).to_have_text("Neuer Chat")
    await ada.page.reload()
    await expect(ada.see("new-chat")).to_have_text("Neuer Chat")
    await ada.see("language-select").select_option("")
    await expect(ada.see("new-chat")).to_have_text("New chat")
