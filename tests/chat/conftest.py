"""Who and what is in these tests: Alice owns the conversation, Charlie must see nothing, the demo provider answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from fluxgate_app.chat import conversations, history
from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.conversations import ConversationView
from fluxgate_app.chat.generation import Generation
from fluxgate_app.chat.generations import Generations
from fluxgate_app.chat.history import MessageView
from fluxgate_app.db import Database
from fluxgate_app.models import Account
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.providers.demo.connection import Record
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.settings import Settings, load
from fluxgate_app.tracking import CallEnd, CallStart, Owner

Asked = Callable[[], Record]


@dataclass
class Calls:
    """A sink that keeps what it is told."""

    started_calls: list[CallStart] = field(default_factory=list)
    ended_calls: list[CallEnd] = field(default_factory=list)
    keeps_content = False

    def started(self, start: CallStart) -> None:
        self.started_calls.append(start)

    def ended(self, start: CallStart, end: CallEnd) -> None:
        self.ended_calls.append(end)


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    """The demo provider, four times as fast as in life."""
    with DemoServer(pace=0.25) as server:
        yield server


@pytest.fixture
def asked(demo: DemoServer) -> Asked:
    """The last request that the provider got."""
    return lambda: demo.requests[-1]


@pytest.fixture
def settings() -> Settings:
    """Without any key of this machine, so that nothing real is asked."""
    return load(openai_api_key=None, anthropic_api_key=None, gemini_api_key=None, demo=True)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
async def completions(demo: DemoServer, settings: Settings, calls: Calls) -> AsyncIterator[Completions]:
    opened = Completions(Catalogue(settings, demo, LocalModel()), calls, settings)
    yield opened
    await opened.close()


@pytest.fixture
async def impatient(demo: DemoServer, settings: Settings, calls: Calls) -> AsyncIterator[Completions]:
    """Gives a provider that says nothing up after 300 ms."""
    settings = settings.model_copy(update={"provider_timeout_seconds": 0.3})
    opened = Completions(Catalogue(settings, demo, LocalModel()), calls, settings)
    yield opened
    await opened.close()


@pytest.fixture
async def generations(database: Database, completions: Completions) -> AsyncIterator[Generations]:
    opened = Generations(database, completions, "proc_this", 4000)
    yield opened
    await opened.close()


@pytest.fixture
def alice(database: Database) -> Owner:
    return Owner(open_account(database, "Alice"), "key_alice")


@pytest.fixture
def charlie(database: Database) -> Owner:
    return Owner(open_account(database, "Charlie"))


@dataclass
class Chat:
    """Alice's conversation, and what she can do in it."""

    database: Database
    generations: Generations
    owner: Owner
    id: str

    async def ask(self, question: str = "What is TCP?", model: str | None = "demo-1kb", **more: Any) -> Generation:
        return await self.generations.start(self.owner, self.id, question, model=model, **more)

    @property
    def view(self) -> ConversationView:
        """How the database has it."""
        with self.database.reading() as session:
            return conversations.get(session, self.owner.account or "", self.id)

    @property
    def messages(self) -> list[MessageView]:
        """Its messages as the database has them."""
        with self.database.reading() as session:
            return history.messages(session, self.owner.account or "", self.id)


@pytest.fixture
def chat(database: Database, generations: Generations, alice: Owner) -> Chat:
    with database.writing() as session:
        created = conversations.create(session, alice.account or "")
    return Chat(database, generations, alice, created.id)


def open_account(database: Database, name: str) -> str:
    """A new account, by its id."""
    with database.writing() as session:
        account = Account(email=f"{name.lower()}@example.org", name=name, password_hash="-")
        session.add(account)
        return account.id


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that only looking can tell; the first question to a vendor imports its SDK."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def socket_closed(request: Record) -> float:
    """When the provider saw its client leave, as `time.monotonic` has it."""
    await until(lambda: request.closed_at)
    assert request.end == "client left"
    assert request.closed_at is not None
    return request.closed_at


async def read(generation: Generation, offset: int = 0) -> str:
    """All that a follower gets from this offset on, laid together as the page does."""
    buffer = b""
    async for piece in generation.follow(offset):
        buffer = buffer[: (piece.offset - offset) * 2] + piece.text.encode("utf-16-le")
    return buffer.decode("utf-16-le")
