"""The routes behind a real socket, the demo provider behind them, and three people who use them."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from fluxgate_app.accounts import api_keys, passwords, people, sessions
from fluxgate_app.accounts.sessions import COOKIE
from fluxgate_app.api.app import create_api
from fluxgate_app.db import migrate
from fluxgate_app.models import Account, Role
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.settings import load
from fluxgate_app.wiring import Wiring

from .. import node

# The demo provider is livelier than a real one, so that nobody waits for it.
PACE = 0.3
SETTINGS = {
    "rate_limit_per_minute": 10_000,
    "api_rate_limit_per_minute": 10_000,
    # With a key, even for an address where nobody listens, the local model need not be loaded.
    "openai_api_key": "sk-test",
    "openai_base_url": "http://127.0.0.1:9/v1",
    "demo": True,
}
PASSWORD = "correct horse battery"
CLIENTS = {
    "ai5": "npm:ai@5.0.277",
    "ai6": "npm:ai@6.0.326",
    "ai7": "npm:ai@7.0.173",
    "ai": "7.0.173",
    "@ai-sdk/react": "4.0.177",
    "openai": "7.55.0",
    "react": "19.3.1",
    "react-test-renderer": "19.3.1",
    "zod": "4.6.7",
}


def client(url: str, key: str | None = None, **options: Any) -> httpx2.Client:
    """A client of an API, with a key or without. It is spared reading certificates: they take 50 ms a client."""
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
    # The first question of a process reads the vendors' SDKs in, which takes a busy machine a while.
    return httpx2.Client(base_url=url, headers=headers, verify=False, **{"timeout": 60} | options)


@dataclass(frozen=True)
class Person:
    """An account, and two ways of asking in its name."""

    account: Account
    cookie: str
    key: str
    url: str

    def by_cookie(self, **options: Any) -> httpx2.Client:
        """As a browser: with the cookie."""
        return client(self.url, cookies={COOKIE: self.cookie}, **options)

    def by_key(self, **options: Any) -> httpx2.Client:
        """As a program: with an API key."""
        return client(self.url, key=self.key, **options)


class Api:
    """The API on a port of its own, in a thread of its own, until `stop`."""

    def __init__(self, wiring: Wiring):
        self.wiring = wiring
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),))
        self._started = threading.Event()

    def start(self) -> None:
        """Serve. Returns when it listens."""
        self._thread.start()
        assert self._started.wait(10)

    def stop(self) -> None:
        """End what runs, and the thread."""
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with self.wiring.running():
            await self._serve_until_stopped()

    async def _serve_until_stopped(self) -> None:
        api = create_api(self.wiring)
        self._server = Server(api, "127.0.0.1", self.port, interface=Interfaces.ASGINL, log_enabled=False)
        serving = asyncio.create_task(self._server.serve())
        await asyncio.to_thread(_wait_for, self.port)
        self._started.set()
        await serving

    def refresh_prices(self) -> None:
        """Have it read now what admins set, and not in two seconds."""
        asyncio.run_coroutine_threadsafe(self.wiring.price_rules.refresh(), self._loop).result(10)

    def person(self, name: str, role: Role = Role.USER) -> Person:
        """A new account with PASSWORD, signed in, with a key."""
        with self.wiring.db.writing() as session:
            account = people.create(session, f"{name}@example.com", _password_hash(), name.title(), role)
            cookie = sessions.begin(session, account)
            key = api_keys.create(session, account.id, f"{name}'s key").key
        return Person(account, cookie, key, self.url)


def _wait_for(port: int) -> None:
    with socket.socket() as probe:
        while probe.connect_ex(("127.0.0.1", port)):
            time.sleep(0.01)


_hashes: list[str] = []


def _password_hash() -> str:
    if not _hashes:
        _hashes.append(asyncio.run(passwords.hashed(PASSWORD)))
    return _hashes[0]


@pytest.fixture(scope="session")
def start_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Api]]:
    """Start an API with these settings on an empty database; all are stopped at the end."""
    running: list[Api] = []

    def start(**settings: Any) -> Api:
        data_dir = tmp_path_factory.mktemp("data")
        wanted = load(**({"data_dir": data_dir} | SETTINGS | settings))
        migrate(wanted.sqlalchemy_url)
        wiring = Wiring(wanted)
        wiring.demo.pace = PACE
        api = Api(wiring)
        api.start()
        running.append(api)
        return api

    yield start
    for api in running:
        api.stop()


@pytest.fixture(scope="session")
def api(start_api: Callable[..., Api]) -> Api:
    """One API for all tests that change no settings."""
    return start_api()


@pytest.fixture(scope="session")
def alice(api: Api) -> Person:
    """The owner of what the tests make."""
    return api.person("alice")


@pytest.fixture(scope="session")
def root(api: Api) -> Person:
    """An admin."""
    return api.person("root", Role.ADMIN)


@pytest.fixture(scope="session")
def mallory(api: Api) -> Person:
    """A stranger: signed in, and owner of nothing here."""
    return api.person("mallory")


@pytest.fixture(scope="session")
def demo(api: Api) -> DemoServer:
    """The demo provider: what reached it, and when its clients left."""
    return api.wiring.demo


@pytest.fixture(scope="session")
def ended_event(api: Api) -> Callable[[Person, str], dict[str, Any]]:
    """The event of this id as this person is shown it, once it is stored."""

    def read(person: Person, tracking_id: str) -> dict[str, Any]:
        until = time.monotonic() + 5
        with person.by_key() as program:
            # A stream's connection may be closed a moment before its call has ended.
            while True:
                assert api.wiring.recorder.flush()
                answer = program.get(f"/api/events/{tracking_id}")
                if answer.status_code != 404 or time.monotonic() > until:
                    break
                time.sleep(0.02)
        assert answer.status_code == 200
        return answer.json()

    return read


@pytest.fixture(scope="session")
def node_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which programs for Node find what they import."""
    folder = tmp_path_factory.mktemp("node")
    node.install(folder, CLIENTS)
    return folder


@pytest.fixture
def nobody(api: Api) -> Iterator[httpx2.Client]:
    """A client without a name."""
    with client(api.url) as opened:
        yield opened
