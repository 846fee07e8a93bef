"""The database away for a minute under 100 calls a second: no answer fails or waits, no event is lost or doubled.

Run it: `python tests/benchmarks/database_away.py [--database sqlite|postgresql] [--seconds 60] [--rate 100]`. It ends
with 1 if an answer failed, or a call is not exactly one event. SQLite is locked by another connection; PostgreSQL is a
cluster of its own, stopped and started again.
"""

import argparse
import asyncio
import pwd
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from openai import AsyncOpenAI
from provider import provider, reached_calls
from sqlmodel import func, select

from fluxgate_app.db import Database, migrate
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models import AiEvent, KindRollup
from fluxgate_app.tracking import track_openai

BACK_SECONDS = 120.0
# For such a share of the outage calls are made before and after it too; the very first ones are not measured.
AROUND = 0.2


class LockedSqlite:
    """A SQLite file, away while another connection holds its lock."""

    def __init__(self, folder: Path):
        self._path = folder / "fluxgate.db"
        self.url = f"sqlite:///{self._path}"
        self._other: sqlite3.Connection | None = None

    def leave(self) -> None:
        """Be away."""
        self._other = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
        self._other.execute("BEGIN IMMEDIATE")

    def come_back(self) -> None:
        """Be there again."""
        assert self._other is not None
        self._other.close()


class StoppedPostgres:
    """A PostgreSQL cluster in this folder, on a port of its own; it does not run as root, so `postgres` owns it."""

    def __init__(self, folder: Path):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self._data = folder / "postgres"
        self._data.mkdir(mode=0o700)
        folder.chmod(0o711)
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self._options = f"-p {port} -c listen_addresses=127.0.0.1 -k {self._data} -c fsync=off"
        self._user = "postgres" if pwd.getpwuid(self._data.stat().st_uid).pw_name == "root" else None
        if self._user:
            shutil.chown(self._data, self._user)
        self._run("initdb", "-U", "postgres", "-A", "trust")
        self.come_back()

    def leave(self) -> None:
        """Be away, at once."""
        self._run("pg_ctl", "stop", "-m", "immediate")

    def come_back(self) -> None:
        """Be there again."""
        self._run("pg_ctl", "start", "-w", "-o", self._options, "-l", str(self._data / "log"))

    def _run(self, program: str, *more: str) -> None:
        path = max(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), default=None) or shutil.which(program)
        if path is None:
            sys.exit(f"{program} is not installed")
        subprocess.run(
            [str(path), "-D", self._data, *more], user=self._user, check=True, cwd="/", stdout=subprocess.DEVNULL
        )


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[LockedSqlite | StoppedPostgres]:
    """A database of this kind, migrated; gone afterwards."""
    found = LockedSqlite(folder) if kind == "sqlite" else StoppedPostgres(folder)
    try:
        migrate(found.url)
        yield found
    finally:
        if isinstance(found, StoppedPostgres):
            found.leave()


class Calls:
    """Tracked calls at a steady rate; milliseconds that each took."""

    def __init__(self, base_url: str, recorder: Recorder):
        self._client = track_openai(AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0), sink=recorder)
        self._made = 0
        self.failed = 0

    async def go_on(self, seconds: float, rate: int) -> list[float]:
        """So many a second for so long."""
        began, took = perf_counter(), list[float]()
        running: list[asyncio.Task[None]] = []
        for number in range(round(seconds * rate)):
            await asyncio.sleep(max(0.0, began + number / rate - perf_counter()))
            running.append(asyncio.create_task(self._one(took)))
        await asyncio.gather(*running)
        return took

    async def _one(self, took: list[float]) -> None:
        self._made += 1
        name, began = str(self._made), perf_counter()
        messages: Any = [{"role": "user", "content": "How hot is boiling water?"}]
        try:
            await self._client.with_context(session_id=name).chat.completions.create(
                model="gpt-4o", user=name, messages=messages
            )
        except Exception as error:
            self.failed += 1
            print(f"a call failed: {error!r}")
        took.append((perf_counter() - began) * 1000)


def say(when: str, took: list[float]) -> None:
    """How long calls took."""
    print(f"{when:8} {len(took):6} calls, {median(took):7.1f} ms at the median, {quantiles(took, n=100)[98]:7.1f} p99")


async def minute(calls: Calls, away: LockedSqlite | StoppedPostgres, seconds: float, rate: int) -> None:
    """Before, while it is away, and after."""
    await calls.go_on(1, 10)
    say("before", await calls.go_on(seconds * AROUND, rate))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await asyncio.to_thread(away.leave)
    say("away", await calls.go_on(seconds, rate))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
    await asyncio.to_thread(away.come_back)
    say("after", await calls.go_on(seconds * AROUND, rate))
    print(f"memory grew by {grown / 1024:.1f} MB while it was away")


def verdict(database: Database, reached: list[str]) -> bool:
    """Whether each call that arrived is one event, and the sums agree; says so."""
    with database.reading() as session:
        events = session.exec(select(AiEvent.session_id)).all()
        summed = session.exec(select(func.sum(KindRollup.requests)).where(KindRollup.minutes == 60)).one()
    lost, doubled = set(reached) - set(events), len(events) - len(set(events))
    print(f"{len(reached)} calls arrived, {len(events)} events, {summed} in the sums")
    print(f"{len(lost)} lost, {doubled} doubled (must be: 0 and 0)")
    return not lost and not doubled and summed == len(events)


def outage(kind: str, seconds: float, rate: int) -> bool:
    """Whether all went well."""
    with (
        TemporaryDirectory() as name,
        provider(Path(name) / "reached") as base_url,
        opened(kind, Path(name)) as away,
        closing(Database(away.url)) as database,
    ):
        recorder = Recorder(database, Path(name), stores_apart=True)
        recorder.start()
        calls = Calls(base_url, recorder)
        asyncio.run(minute(calls, away, seconds, rate))
        began = perf_counter()
        stored = recorder.flush(BACK_SECONDS)
        print(f"{perf_counter() - began:.1f} s later all was stored" if stored else "not all was stored")
        recorder.stop()
        print(f"{calls.failed} answers failed (must be: 0)")
        return verdict(database, reached_calls(Path(name) / "reached")) and stored and not calls.failed


def main() -> None:
    """Measure and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=int, default=100)
    asked = parser.parse_args()
    sys.exit(0 if outage(asked.database, asked.seconds, asked.rate) else 1)


if __name__ == "__main__":
    main()
