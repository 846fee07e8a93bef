"""How often fifty admins who watch live ask the database while calls arrive, and how long the newest page takes then.

Run it: `python tests/benchmarks/watching.py [SECONDS]`. Must be: nobody asks more than once a second, each call is seen
within a second or so, and p95 of the newest page is what it is without them. 200 calls/s, 50 watchers, on SQLite.
Watchers do what an open page does, without the page: they wait for the live feed, look up who they are, read the news,
the first page anew where those are many.
"""

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from uuid import uuid4

from ingest import admin_s_key

from fluxgate_app.accounts.identity import authenticate
from fluxgate_app.events import queries
from fluxgate_app.events.rebuild import migrate
from fluxgate_app.events.seed import seed
from fluxgate_app.settings import load
from fluxgate_app.states import request_reading
from fluxgate_app.states.request_reading import MOST_FRESH, PAGE, View
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostSource, Owner, Status, Usage
from fluxgate_app.wiring import Wiring, use

WATCHERS = 50
A_SECOND = 200
SEEDED = 100_000
EVERYTHING = View(None, ())


@dataclass
class Watcher:
    """One open page: how often it asked, and how late it saw each call."""

    asked: int = 0
    late: list[float] = field(default_factory=list)

    async def watch(self, wiring: Wiring, key: str) -> None:
        row_id = await wiring.db.read(queries.latest_row_id)
        async with wiring.live.subscribe() as changes:
            while True:
                await changes.wait()
                await authenticate(wiring.db, None, key)
                news = await request_reading.news(EVERYTHING, row_id)
                if len(news.lines) == MOST_FRESH:
                    news = await request_reading.anew(EVERYTHING, news.row_id)
                self.asked, row_id = self.asked + 1, news.row_id
                now = datetime.now(UTC)
                self.late += [(now - datetime.fromisoformat(line.created_at)).total_seconds() for line in news.lines]


async def arrive(wiring: Wiring) -> None:
    """So many calls a second, evenly."""
    while True:
        for _ in range(A_SECOND // 20):
            start = call()
            wiring.recorder.started(start)
            wiring.recorder.ended(start, its_end(start))
        await asyncio.sleep(0.05)


def call() -> CallStart:
    return CallStart(
        tracking_id=f"evt_{uuid4().hex}",
        created_at=datetime.now(UTC),
        origin="real",
        provider="openai",
        endpoint_host=None,
        model="gpt-4o",
        kind="chat",
        is_streamed=False,
        owner=Owner(None, None),
        context=Context(feature="watched"),
    )


def its_end(start: CallStart) -> CallEnd:
    price = Decimal("0.0035"), CostSource.COMPUTED
    return CallEnd(start.tracking_id, Status.SUCCESS, Usage(1000, 100), 120.0, None, *price)


async def newest_page(wiring: Wiring, seconds: float) -> str:
    took: list[float] = []
    until, used = perf_counter() + seconds, process_time()
    while perf_counter() < until:
        before = perf_counter()
        await wiring.db.read(queries.list_events, None, limit=PAGE)
        took.append((perf_counter() - before) * 1000)
        await asyncio.sleep(0.1)
    p95 = sorted(took)[int(len(took) * 0.95)]
    return f"p95 {p95:.1f} ms, median {median(took):.1f} ms; {(process_time() - used) / seconds:.0%} of a core"


async def main(folder: str, seconds: float) -> None:
    settings = load(data_dir=Path(folder), openai_api_key="sk", openai_base_url="http://127.0.0.1:9")
    migrate(settings.sqlalchemy_url)
    async with Wiring(settings).running() as wiring:
        use(wiring)
        seed(wiring.db, SEEDED, 30)
        key = admin_s_key(wiring.db)
        print(f"newest page, nothing else: {await newest_page(wiring, seconds)}")
        arriving = asyncio.create_task(arrive(wiring))
        print(f"newest page, {A_SECOND} calls/s: {await newest_page(wiring, seconds)}")
        watchers = [Watcher() for _ in range(WATCHERS)]
        watching = [asyncio.create_task(watcher.watch(wiring, key)) for watcher in watchers]
        print(f"newest page, {A_SECOND} calls/s and {WATCHERS} watchers: {await newest_page(wiring, seconds)}")
        for task in (arriving, *watching):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    late = sorted(seen for watcher in watchers for seen in watcher.late)
    most = max(watcher.asked for watcher in watchers) / seconds
    print(f"a page asked {most:.2f} times a second, must be 1; {len(late):,} times a call was seen,", end=" ")
    print(f"p95 {late[int(len(late) * 0.95)]:.2f} s after it began")


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        asyncio.run(main(temporary, float(sys.argv[1]) if len(sys.argv) > 1 else 10))
