"""A server with two people, and browsers in which they have signed in."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from fluxgate_app.accounts import people, sessions
from fluxgate_app.db import Database
from fluxgate_app.events.seed import seed

PASSWORD = "correct horse battery"
ADA, BOB = "ada@example.com", "bob@example.com"


@dataclass(frozen=True)
class Site:
    """A running server where Ada, an admin, and Bob, who is none, have accounts."""

    url: str
    database: Database

    async def visited_by(self, email: str, page: Page) -> "Visitor":
        """This person at a new chat, signed in before the page was opened."""
        with self.database.writing() as session:
            account = people.find(session, email)
            assert account
            token = sessions.begin(session, account)
        await page.context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": self.url}])
        visitor = Visitor(page, self.url)
        await visitor.go("/")
        await expect(visitor.see("composer")).to_be_visible()
        return visitor


@dataclass(frozen=True)
class Visitor:
    """Somebody at a page."""

    page: Page
    url: str

    def see(self, testid: str) -> Locator:
        """What the page calls this."""
        return self.page.get_by_test_id(testid)

    async def go(self, path: str) -> None:
        """Load a page of ours."""
        await self.page.goto(f"{self.url}{path}")

    async def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Fill in the form and send it."""
        await self.go("/login")
        await self.see("login-email").fill(email)
        await self.see("login-password").fill(password)
        await self.see("login-submit").click()

    async def ask(self, question: str, model: str = "demo-fast") -> Locator:
        """Send a question to a model of the demo provider; gives the place of its answer."""
        await self.see("model-select").select_option(f"demo/{model}")
        await self.see("composer").fill(question)
        await self.see("send").click()
        await expect(self.see("message-user").last).to_have_text(question)
        return self.see("message-assistant").last


def make_site(server: Any) -> Site:
    """Add Bob to a server that was started with Ada as its admin."""
    command = [Path(sys.executable).with_name("fluxgate"), "user", "create", BOB]
    subprocess.run(command, env=server.env, input=PASSWORD, text=True, check=True, capture_output=True)
    return Site(server.url, Database(f"sqlite:///{server.data_dir / 'fluxgate.db'}"))


@pytest.fixture(scope="session")
def start_site(start_server: Callable[..., Any]) -> Callable[..., Site]:
    """Start a server of one's own, with these settings."""
    admin = {"FLUXGATE_ADMIN_EMAIL": ADA, "FLUXGATE_ADMIN_PASSWORD": PASSWORD}
    return lambda **settings: make_site(start_server(**admin, **settings))


@pytest.fixture(scope="session")
def site(start_site: Callable[..., Site]) -> Site:
    """The server that most tests of pages share; each begins conversations of its own."""
    return start_site(FLUXGATE_RATE_LIMIT_PER_MINUTE="1000")


@pytest.fixture
def make_visitor() -> Callable[[Page, Site], Visitor]:
    """Somebody at a server of a test's own."""
    return lambda page, site: Visitor(page, site.url)


@pytest.fixture
def visitor(site: Site, page: Page) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(page, site.url)


@pytest_asyncio.fixture(loop_scope="session")
async def ada(site: Site, page: Page) -> Visitor:
    """Ada, an admin, at a new chat."""
    return await site.visited_by(ADA, page)


@pytest_asyncio.fixture(loop_scope="session")
async def unwatched_page(browser: Browser) -> AsyncIterator[Page]:
    """A page whose console may complain, as browsers do of every answer that is an error."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bob(site: Site, browser: Browser) -> AsyncIterator[Visitor]:
    """Bob, who is no admin, at a new chat in a browser of his own."""
    context = await browser.new_context()
    yield await site.visited_by(BOB, await context.new_page())
    await context.close()


@pytest.fixture(scope="session")
def history(site: Site) -> None:
    """A believable month."""
    seed(site.database, 1000, 30)
