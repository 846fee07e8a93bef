"""Ask a server with a seeded database for views, and print how long each took beside what it may take.

`--events 10000000` (a million unless said), `--data DIR` keeps what was seeded for the next run, `--runs 50` of each.
The server is a process of its own with one worker; the client shares its machine.
"""

import argparse
import multiprocessing
import socket
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import httpx2
from ingest import A, admin_s_key, cpu, serve
from sqlmodel import func, select

from fluxgate_app.db import Database
from fluxgate_app.events import text_index
from fluxgate_app.events.rebuild import migrate
from fluxgate_app.events.seed import seed
from fluxgate_app.models import AiEvent

DAYS = 90
MILLION = 1_000_000
# Seeded calls belong to nobody: so many belong to an account and came with its key.
OWNED = 2000


@dataclass(frozen=True, slots=True)
class View:
    """What is asked for, and how many ms it may take at one million events and at ten."""

    name: str
    path: str
    params: dict[str, Any]
    at_one_million: int
    at_ten: int


@dataclass(frozen=True, slots=True)
class Asking:
    """A client of a server over so many events, and what that server's process has used of the CPU."""

    client: httpx2.Client
    used: Callable[[], float]
    events: int
    runs: int

    def show(self, row: str, views: list[View]) -> None:
        """Print a row of the issue's table and the views that it is about."""
        print(f"\n{row}")
        for view in views:
            self._show(view)

    def _show(self, view: View) -> None:
        took, answer = list[float](), httpx2.Response(204)
        used = self.used()
        for _ in range(self.runs):
            before = perf_counter()
            answer = self.client.get(view.path, params=view.params)
            took.append((perf_counter() - before) * 1000)
        used = (self.used() - used) / self.runs * 1000
        p95, limit = sorted(took)[int(self.runs * 0.95)], self._limit(view)
        verdict = "" if p95 <= limit else "  TOO SLOW"
        print(f"  {view.name:38} must be {limit:5} ms, is {p95:7.1f} (median {median(took):7.1f},", end="")
        print(f" {used:6.1f} of the server's CPU){_found(answer)}{verdict}", flush=True)

    def _limit(self, view: View) -> int:
        return view.at_one_million if self.events <= MILLION else view.at_ten


def _found(answer: httpx2.Response) -> str:
    if answer.status_code == 400:
        return f": {answer.json()['error'][:60]}…"
    answer.raise_for_status()
    said = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    back_to = f", searched back to {said['searchedBackTo']}" if "searchedBackTo" in said else ""
    return f": {len(said['events'])} found{back_to}" if "events" in said else ""


@contextmanager
def asking() -> Generator[Asking]:
    """As the command line says."""
    wanted = options()
    with TemporaryDirectory() as temporary:
        folder = str(wanted.data or temporary)
        url = f"sqlite:///{folder}/fluxgate.db"
        prepare(url, wanted.events)
        with _server(url, folder) as (client, used):
            _own(client)
            yield Asking(client, used, wanted.events, wanted.runs)


def options() -> argparse.Namespace:
    """What the command line says: `events`, `data`, `runs`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=MILLION)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--runs", type=int, default=50)
    return parser.parse_args()


def prepare(url: str, events: int) -> None:
    """So many events, seeded unless they are there, and their texts indexed."""
    migrate(url)
    with closing(Database(url)) as database:
        with database.reading() as session:
            missing = events - session.exec(select(func.count()).select_from(AiEvent)).one()
        if missing > 0:
            _timed("seed", missing, lambda: seed(database, missing, DAYS))
        with database.reading() as session:
            behind = text_index.extent(session)
        _timed("index of texts", behind.latest - behind.indexed, lambda: text_index.catch_up(database))


def _timed(what: str, events: int, work: Callable[[], object]) -> None:
    wall, used = perf_counter(), process_time()
    work()
    wall, used = perf_counter() - wall, process_time() - used
    rate = f"{events / wall:,.0f} a second" + (", must be 50,000" if what == "seed" else "")
    print(f"{what}: {events:,} events, {rate}; {used / max(1, events) * 1e6:.1f} µs of CPU each")


@contextmanager
def _server(url: str, folder: str) -> Generator[tuple[httpx2.Client, Callable[[], float]]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(url, folder, port, theirs))
    process.start()
    while socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.05)
    with closing(Database(url)) as database:
        headers = {"Authorization": f"Bearer {admin_s_key(database)}"}
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, verify=False, timeout=60) as client:
            yield client, lambda: cpu(server)
    finally:
        server.send(False)
        process.join()


def _own(client: httpx2.Client) -> None:
    found = client.get("/api/events", params={"account.empty": "false", "limit": 1000}).json()["events"]
    for _ in range(0 if len(found) == 1000 else OWNED // 500):
        client.post("/api/events", json=[A] * 500).raise_for_status()
