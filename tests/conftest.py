"""What every test may ask for: an empty database of each kind, the real server, a real browser."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
import pytest_asyncio
import redis
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from fluxgate_app.db import Database, migrate

from .missing import missing

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile("fluxgate", deadline=None)
hypothesis.settings.load_profile("fluxgate")

POSTGRES = os.environ.get("FLUXGATE_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("FLUXGATE_TEST_REDIS", "redis://127.0.0.1:6379/9")
FLUXGATE = Path(sys.executable).with_name("fluxgate")
OWN_SETTINGS = ("FLUXGATE_", "OPENAI_", "ANTHROPIC_", "GEMINI_", "GOOGLE_", "WEBHOOK_", "REFLEX_")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READY = re.compile(r"FluxGate is at (http://\S+)")


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: a migration per test would be most of its time."""
    path = tmp_path_factory.mktemp("empty") / "fluxgate.db"
    migrate(f"sqlite:///{path}")
    return path


@contextmanager
def postgres_database() -> Iterator[str]:
    """A migrated PostgreSQL database that exists for as long as the block."""
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    name = f"fluxgate_test_{uuid4().hex[:12]}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        missing("no PostgreSQL at FLUXGATE_TEST_POSTGRES (default 127.0.0.1:5432)")
    url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    yield url
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The database that each test finds empty."""
    with postgres_database() as url:
        yield url


@pytest.fixture(scope="session")
def served_postgres_url() -> Iterator[str]:
    """Another one, for servers that run until the last test: they sweep and record whatever they find."""
    with postgres_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty migrated database: the test runs once on each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "fluxgate.db")
        return f"sqlite:///{tmp_path / 'fluxgate.db'}"
    url: str = request.getfixturevalue("postgres_url")
    with closing(Database(url)) as database, database.writing() as session:
        # Deleting from small tables is several times faster than truncating them.
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(table.delete())
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty migrated database of each kind."""
    with closing(Database(database_url)) as opened:
        yield opened


@pytest.fixture
def redis_url() -> str:
    """The Redis of this machine."""
    try:
        with redis.Redis.from_url(REDIS, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        missing("no Redis at FLUXGATE_TEST_REDIS (default 127.0.0.1:6379)")
    return REDIS


class RedisServer:
    """A Redis of one's own, to stop and start again; what it kept is then lost."""

    def __init__(self, folder: Path):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self._folder]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url, retry=Retry(ConstantBackoff(0.02), 500)) as client:
            client.ping()

    def stop(self) -> None:
        """Kill it, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """Let it go on listening and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """One that runs."""
    if shutil.which("redis-server") is None:
        missing("redis-server is not installed: tests of a Redis that goes away need it")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@dataclass
class RunningServer:
    """A `fluxgate run` of its own, with an empty data folder."""

    url: str
    data_dir: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """End it as a person would, and give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=15)


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RunningServer]]:
    """Start servers with settings of their own; without a data folder given, each has an empty one."""
    running: list[RunningServer] = []

    def start(port: int = 0, **settings: str) -> RunningServer:
        folder = tmp_path_factory.mktemp("server")
        env = {name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)}
        env |= {"FLUXGATE_DATA_DIR": str(folder / "data")} | settings
        log = folder / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [FLUXGATE, "run", "--port", str(port)], env=env, cwd=folder, stdout=out, stderr=out
            )
        server = RunningServer("", Path(env["FLUXGATE_DATA_DIR"]), env, process, log)
        running.append(server)
        server.url = _url_when_ready(server)
        return server

    yield start
    for server in running:
        server.stop()


def _url_when_ready(server: RunningServer) -> str:
    # The first start in a checkout also installs the npm packages and builds the pages.
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        said = server.log.read_text()
        if ready := READY.search(said):
            return ready[1]
        if server.process.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {server.log.read_text()}")


@pytest.fixture(scope="session")
def server(start_server: Callable[..., RunningServer]) -> RunningServer:
    """The server that tests share; what one leaves in its database, others see."""
    return start_server()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium itself. Names under `.test` lead to this machine."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        missing("Chromium is not installed: tests of the pages need it")
    options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    options += ["--disable-background-networking", "--disable-component-update"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=[*options, "--host-resolver-rules=MAP *.test 127.0.0.1"]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page in a profile of its own. The test fails if the page reports an error on its console."""
    errors: list[str] = []
    context = await browser.new_context(ignore_https_errors=True)
    page = await context.new_page()
    # Each page is as if it were in front, whatever else is open.
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setFocusEmulationEnabled", {"enabled": True})

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} {message.location}")

    page.on("console", hear)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert errors == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with a page runs in the event loop that the browser lives in."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
