"""How 100 answers written at once in one process flow: the pauses between pieces, and how long the event loop is held.

Run it: `python tests/benchmarks/streams.py [openai|anthropic|gemini] [answers]`. The provider, in a process of its own,
writes 60 tokens/s into each; pieces are gathered over 50 ms, so no pause can be shorter.
"""

import asyncio
import multiprocessing
import sys
import time
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from fluxgate_app.chat import conversations
from fluxgate_app.db import migrate
from fluxgate_app.models import Account
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.serving.garbage import collect_seldom
from fluxgate_app.settings import load
from fluxgate_app.tracking import Owner
from fluxgate_app.wiring import Wiring

MODEL, TOKENS_PER_SECOND = "demo-4kb", 60
HEARTBEAT_SECONDS = 0.005


def provide(said: Connection) -> None:
    """The demo provider, slowed down from its 100 tokens/s, until the other end is closed."""
    with DemoServer(pace=100 / TOKENS_PER_SECOND) as demo:
        said.send(demo.url)
        said.poll(None)


def shown(seconds: list[float]) -> str:
    """Median, 95th percentile and maximum in milliseconds."""
    ordered = sorted(value * 1000 for value in seconds)
    middle, most = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
    return f"median {middle:6.0f}  p95 {most:6.0f}  max {ordered[-1]:6.0f} ms"


async def beat(held: list[float]) -> None:
    """How much later than it should the event loop comes back, again and again."""
    while True:
        slept = time.perf_counter()
        await asyncio.sleep(HEARTBEAT_SECONDS)
        held.append(time.perf_counter() - slept - HEARTBEAT_SECONDS)


async def follow(wiring: Wiring, owner: Owner, conversation: str, model: str, pauses: list[float]) -> float:
    """Have one answer written; how long its first piece took."""
    asked = time.perf_counter()
    generation = await wiring.generations.start(owner, conversation, "What is TCP?", model=model)
    came: list[float] = []
    async for _ in generation.follow():
        came.append(time.perf_counter())
    pauses.extend(after - before for before, after in pairwise(came))
    return came[0] - asked


async def measure(url: str, vendor: str, answers: int, folder: Path) -> None:
    settings = load(
        openai_api_key="k",
        openai_base_url=f"{url}/v1",
        anthropic_api_key="k",
        anthropic_base_url=url,
        gemini_api_key="k",
        gemini_base_url=url,
        database_url=None,
        data_dir=folder,
    )
    migrate(settings.sqlalchemy_url)
    async with Wiring(settings).running() as wiring:
        with wiring.db.writing() as session:
            account = Account(email="streams@example.org", password_hash="-")
            session.add(account)
            session.flush()
            owner, ids = Owner(account.id), [conversations.create(session, account.id).id for _ in range(answers + 1)]
        # The first call imports the SDK.
        await follow(wiring, owner, ids.pop(), f"{vendor}/demo-fast", [])
        # As `fluxgate run` does.
        collect_seldom()
        held, pauses = list[float](), list[float]()
        beating, cpu, began = asyncio.create_task(beat(held)), time.process_time(), time.perf_counter()
        firsts = await asyncio.gather(*(follow(wiring, owner, id, f"{vendor}/{MODEL}", pauses) for id in ids))
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        beating.cancel()
        print(f"{answers} answers of {vendor} in {took:.1f} s, {cpu / took:.0%} of a core")
        print(f"first piece  {shown(firsts)}\npauses       {shown(pauses)}\nloop held    {shown(held)}")


if __name__ == "__main__":
    vendor, answers, *_ = [*sys.argv[1:], *("openai", "100")[len(sys.argv) - 1 :]]
    context = multiprocessing.get_context("spawn")
    heard, said = context.Pipe()
    provider = context.Process(target=provide, args=(said,), daemon=True)
    provider.start()
    with TemporaryDirectory() as folder:
        uvloop.run(measure(heard.recv(), vendor, int(answers), Path(folder)))
    provider.terminate()
