"""The product's own objects on an empty database, and tabs of people who have signed in. No browser, no server."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from reflex.istate.data import HeaderData, ReflexURL, URLData
from reflex.state import State

from fluxgate_app import wiring
from fluxgate_app.accounts import people, sessions
from fluxgate_app.models import Role
from fluxgate_app.settings import load
from fluxgate_app.wiring import Wiring

Tab = Callable[..., State]


@asynccontextmanager
async def wired(folder: Path, empty: Path, **settings: object) -> AsyncIterator[Wiring]:
    """A wiring of one's own, in use until the end."""
    shutil.copy(empty, folder / "fluxgate.db")
    current = Wiring(load(data_dir=folder, **settings))
    current.demo.pace = 0.01
    wiring.use(current)
    async with current.running():
        with current.db.writing() as session:
            people.create(session, "ada@example.com", "no password", "Ada", Role.ADMIN)
            people.create(session, "bob@example.com", "no password", "Bob")
        yield current


@pytest_asyncio.fixture
async def now(tmp_path: Path, empty_sqlite: Path) -> AsyncIterator[Wiring]:
    """What `wiring.current()` gives in this test: Ada is an admin, Bob is not."""
    async with wired(tmp_path, empty_sqlite, demo=True) as current:
        yield current


@pytest_asyncio.fixture
async def strict(tmp_path: Path, empty_sqlite: Path) -> AsyncIterator[Wiring]:
    """The same with one request a minute."""
    async with wired(tmp_path, empty_sqlite, demo=True, rate_limit_per_minute=1) as current:
        yield current


@pytest.fixture
def tab() -> Tab:
    """A tab's whole State, at this address; nobody is signed in when there is no e-mail."""

    def tab(email: str | None, path: str = "/") -> State:
        root = State(_reflex_internal_init=True)
        cookie = ""
        if email:
            with wiring.current().db.writing() as session:
                account = people.find(session, email)
                assert account
                cookie = f"{sessions.COOKIE}={sessions.begin(session, account)}"
        root.rx_router_headers = HeaderData.from_router_data({"headers": {"cookie": cookie}})
        moved(root, path)
        return root

    return tab


def moved(tab: State, path: str) -> None:
    """The tab goes to this address."""
    tab.rx_router_url = URLData.from_url(ReflexURL(f"http://localhost{path}"))
