"""How long the explorer's views take through the HTTP API, p95 of 50 runs each, beside what they may take.

Run it: `python tests/benchmarks/explorer.py [EVENTS] [FOLDER]`; 1,000,000 unless said. A folder keeps what was seeded.
The server is a process of its own with one worker; the client shares its machine.
"""

import multiprocessing
import socket
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import httpx2
from ingest import admin_s_key, serve
from sqlmodel import func, select

from fluxgate_app.db import Database, migrate
from fluxgate_app.events.seed import seed
from fluxgate_app.models import AiEvent

RUNS = 50
DAYS = 90
MILLION = 1_000_000
DEEP = 1000

View = tuple[str, dict[str, Any], int, int]


def prepare(url: str, events: int) -> None:
    """So many events, seeded unless they are there."""
    migrate(url)
    with closing(Database(url)) as database:
        with database.reading() as session:
            stored = session.exec(select(func.count()).select_from(AiEvent)).one()
        if stored < events:
            seed(database, events - stored, DAYS)


def views(client: httpx2.Client) -> list[View]:
    """What is asked for, and the limits in ms at one million and at ten."""
    newest = client.get("/api/events", params={"limit": 1}).json()["events"][0]
    failed = client.get("/api/events", params={"limit": 1, "status": "ERROR"}).json()["events"][0]
    named = ("provider", "model", "feature", "user", "sessionId", "conversationId", "status")
    equal: list[View] = [(f"{name}, 7 days", {name: newest[name], "range": "7d"}, 50, 100) for name in named]
    return [
        ("newest page", {}, 20, 20),
        (f"page {DEEP} deep", {"cursor": cursor_at(client, DEEP * 50)}, 20, 20),
        *equal,
        ("error type, 7 days", {"errorType": failed["errorType"], "range": "7d"}, 50, 100),
        ("a model nobody has", {"model": "gpt-0"}, 50, 100),
        ("a rare user", {"user": "user-00999"}, 50, 100),
        ("two users and a status", {"user": ["user-00100", "user-00200"], "status": "ERROR"}, 50, 100),
        ("id contains", {"conversationId.contains": newest["conversationId"][-7:]}, 50, 100),
        ("id contains nothing", {"trackingId.contains": "UUUUUU"}, 50, 100),
        ("error message contains", {"errorMessage.contains": "context window"}, 50, 100),
        ("error message contains nothing", {"errorMessage.contains": "quota of"}, 50, 100),
        ("free text, an id", {"q": newest["trackingId"]}, 100, 200),
        ("free text, an error", {"q": "context window"}, 100, 200),
        ("free text, nothing", {"q": "nothing like it"}, 100, 200),
        ("any other, common", {"outputTokens.gt": 500}, 1000, 1000),
        ("any other, none", {"outputTokens.gt": 5_000_000}, 1000, 1000),
        ("dearest of a week", {"sort": "-cost", "range": "7d"}, 1000, 1000),
        ("dearest of all", {"sort": "-cost"}, 1000, 1000),
    ]


def cursor_at(client: httpx2.Client, depth: int) -> str:
    cursor = None
    for _ in range(depth // 1000):
        asked = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
        cursor = client.get("/api/events", params=asked).json()["nextCursor"]
    assert cursor
    return cursor


def show(client: httpx2.Client, view: View, events: int) -> None:
    """Ask fifty times and print how long it took."""
    name, params, at_one_million, at_ten = view
    took: list[float] = []
    answer: dict[str, Any] = {}
    for _ in range(RUNS):
        before = perf_counter()
        answer = client.get("/api/events", params=params).raise_for_status().json()
        took.append((perf_counter() - before) * 1000)
    took.sort()
    p95, limit = took[int(RUNS * 0.95)], at_one_million if events <= MILLION else at_ten
    back_to = f", searched back to {answer['searchedBackTo']}" if "searchedBackTo" in answer else ""
    verdict = "" if p95 <= limit else "  TOO SLOW"
    print(f"{name:32} p95 {p95:7.1f} ms, median {median(took):7.1f}, limit {limit}: ", end="")
    print(f"{len(answer['events'])} found{back_to}{verdict}")


def measure(url: str, folder: str, events: int) -> None:
    prepare(url, events)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(url, folder, port, theirs))
    process.start()
    while socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.05)
    with closing(Database(url)) as database:
        headers = {"Authorization": f"Bearer {admin_s_key(database)}"}
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, verify=False, timeout=60) as client:
        for view in views(client):
            show(client, view, events)
    server.send(False)
    process.join()


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else MILLION
    with TemporaryDirectory() as temporary:
        kept = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary)
        measure(f"sqlite:///{kept / 'fluxgate.db'}", str(kept), asked)
