"""How many events a second are taken in, in lists of 500, each stored when it is answered; and one by one.

Run it: `python tests/benchmarks/ingest.py [DATABASE_URL]`. Must be: 10,000 a second in lists on SQLite, none lost.
The server is a process of its own with one worker; what sends shares its machine.
"""

import asyncio
import json
import multiprocessing
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import local
from time import perf_counter, process_time
from typing import Any

import httpx2
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from sqlmodel import func, select

from fluxgate_app.accounts import api_keys
from fluxgate_app.api.app import create_api
from fluxgate_app.db import Database, migrate
from fluxgate_app.models import Account, AiEvent, Role
from fluxgate_app.serving.garbage import collect_seldom
from fluxgate_app.settings import load
from fluxgate_app.wiring import Wiring

LIST = 500
LISTS = 80
SINGLES = 1000
A = {
    "usage": {
        "inputTokens": 1000,
        "outputTokens": 100,
        "cachedTokens": 800,
        "model": "gpt-4o",
        "provider": "openai",
        "latencyInMs": 420,
        "isStreamed": True,
        "streamingDurationInMs": 2100,
    },
    "metadata": {"feature": "streaming-chat", "user": "u_1", "sessionId": "s_1", "conversationId": "c_1"},
}
B = {
    "provider": "anthropic",
    "model": "claude-sonnet-4-6",
    "user": "u_1",
    "feature": "support-triage",
    "sessionId": "s_1",
    "performance": {"latency": 2000, "status": "SUCCESS", "isStreamed": True, "streamDuration": 1500},
    "usage": {"promptTokens": 100, "completionTokens": 100, "cacheReadTokens": 200, "cacheWriteTokens": 700},
    "metadata": {"serviceTier": "standard", "region": "eu"},
}


def serve(url: str, folder: str, port: int, asked: Connection) -> None:
    """The API until it is stopped; says how much CPU it has used whenever it is asked."""
    # With a key, even for an address where nobody listens, the local model need not be loaded.
    settings = load(data_dir=Path(folder), database_url=url, openai_api_key="sk", openai_base_url="http://127.0.0.1:9")

    async def run() -> None:
        async with Wiring(settings).running() as wiring:
            # As many connections as `fluxgate run` takes; the embedded server alone would let 128 in.
            options = {"interface": Interfaces.ASGINL, "log_enabled": False, "backlog": 1024}
            server = Server(create_api(wiring), "127.0.0.1", port, **options)
            serving = asyncio.create_task(server.serve())
            # As `fluxgate run` does.
            collect_seldom()
            while await asyncio.to_thread(asked.recv):
                asked.send(process_time())
            server.stop()
            await serving

    uvloop.run(run())


def admin_s_key(database: Database) -> str:
    with database.writing() as session:
        account = Account(email=f"{time.time_ns()}@example.org", password_hash="-", role=Role.ADMIN)
        session.add(account)
        session.flush()
        return api_keys.create(session, account.id, "benchmark").key


def cpu(server: Connection) -> float:
    server.send(True)
    return server.recv()


def send(to: tuple[int, str, Connection], what: str, bodies: list[Any], writers: int) -> None:
    """Send each of these once, so many at a time, and print how fast they were answered."""
    port, key, server = to
    mine = local()

    def post(body: bytes) -> float:
        if not hasattr(mine, "client"):
            headers = {"Authorization": f"Bearer {key}"}
            mine.client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, verify=False, timeout=60)
        before = perf_counter()
        assert mine.client.post("/api/events", content=body).status_code == 201
        return (perf_counter() - before) * 1000

    encoded = [json.dumps(body).encode() for body in bodies]
    wall, used = perf_counter(), cpu(server)
    with ThreadPoolExecutor(writers) as threads:
        took = sorted(threads.map(post, encoded))
    events = sum(len(body) if isinstance(body, list) else 1 for body in bodies)
    wall, used = perf_counter() - wall, cpu(server) - used
    print(f"{what}, {writers} writers: {events / wall:,.0f} events/s; an answer takes {median(took):.0f} ms,", end=" ")
    print(f"p99 {took[int(len(took) * 0.99)]:.0f} ms; {used / events * 1e6:.0f} µs of the server's CPU an event")


def measure(url: str, folder: str) -> None:
    migrate(url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(url, folder, port, theirs))
    process.start()
    while socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.05)
    with closing(Database(url)) as database:
        some = [A if number % 2 else B for number in range(LIST)]
        to = (port, admin_s_key(database), server)
        send(to, "first lists", [some] * 4, 2)
        for writers in (1, 2, 4):
            send(to, f"lists of {LIST}", [some] * LISTS, writers)
        send(to, "one by one", [A] * SINGLES, 200)
        with database.reading() as session:
            stored = session.exec(select(func.count()).select_from(AiEvent)).one()
    sent = (4 + 3 * LISTS) * LIST + SINGLES
    print(f"{sent:,} sent and answered, {stored:,} stored")
    server.send(False)
    process.join()
    assert stored == sent


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        measure(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/fluxgate.db", folder)
