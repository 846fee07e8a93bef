"""Processes killed in the middle of streams: after a restart, every call that reached the provider is one event.

Run it: `python tests/benchmarks/kills.py [--kills 100] [--streams 200] [--database URL]`. It ends with 1 if one is lost
or doubled. A process holds so many streams at once, each followed by another, until `kill -9` at a random moment.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from openai import AsyncOpenAI
from provider import provider, reached_calls
from sqlmodel import func, select

from fluxgate_app.db import Database, migrate
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models import AiEvent, KindRollup, OpenCall
from fluxgate_app.tracking import track_openai

IN_TIME = 120.0


async def stream_for_ever(base_url: str, recorder: Recorder, run: int, streams: int) -> None:
    """Hold so many streams, each a call of its own name."""
    client = track_openai(AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0), sink=recorder)
    numbers = count()

    async def one_after_the_other() -> None:
        while True:
            name = f"{run}-{next(numbers)}"
            messages: Any = [{"role": "user", "content": "How hot is boiling water?"}]
            ask = client.with_context(session_id=name).chat.completions.create
            with suppress(Exception):
                async for _ in await ask(model="gpt-4o", user=name, messages=messages, stream=True):
                    pass

    await asyncio.gather(*(one_after_the_other() for _ in range(streams)))


def work(base_url: str, database: str, data_dir: Path, run: int, streams: int) -> None:
    """What the process does that is going to be killed."""
    recorder = Recorder(Database(database), data_dir, stores_apart=True)
    recorder.start()
    asyncio.run(stream_for_ever(base_url, recorder, run, streams))


def kill_one(begin: Callable[[], None], reached: Path, streams: int, random: Random) -> None:
    """Let such a process live until a random number of its calls arrived, and a moment longer."""
    wanted = len(reached_calls(reached)) + random.randint(streams // 4, 2 * streams)
    child = os.fork()
    if child == 0:
        try:
            begin()
        finally:
            os._exit(1)
    until = time.monotonic() + IN_TIME
    while len(reached_calls(reached)) < wanted and time.monotonic() < until:
        time.sleep(0.01)
    # Long enough for the process that stores to have begun, or not.
    time.sleep(2 * random.random())
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def restart(database: str, data_dir: Path) -> None:
    """Take in what the dead process left, as the next start does."""
    with closing(Database(database)) as opened:
        recorder = Recorder(opened, data_dir)
        recorder.start()
        if not recorder.flush(IN_TIME):
            sys.exit("what was left could not be stored")
        recorder.stop()


def verdict(database: str, reached: Path) -> bool:
    """Whether every call that arrived is one event, and the sums agree; says so."""
    with closing(Database(database)) as opened, opened.reading() as session:
        events = session.exec(select(AiEvent.session_id, AiEvent.status)).all()
        summed = session.exec(select(func.sum(KindRollup.requests)).where(KindRollup.minutes == 60)).one()
        left_open = len(session.exec(select(OpenCall.tracking_id)).all())
    times, arrived = Counter(name for name, _ in events), set(reached_calls(reached))
    lost, doubled = arrived - set(times), [name for name, number in times.items() if number > 1]
    ends = ", ".join(f"{number} {status}" for status, number in sorted(Counter(s for _, s in events).items()))
    print(f"{len(arrived)} calls arrived; {len(events)} events ({ends}), {summed} in the sums, {left_open} left open")
    print(f"{len(lost)} lost, {len(doubled)} doubled (must be: 0 and 0)")
    return not lost and not doubled and summed == len(events) and not left_open


def main() -> None:
    """Kill, restart, look."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--database")
    asked = parser.parse_args()
    random = Random(asked.kills)
    with TemporaryDirectory() as name, provider(Path(name) / "reached") as base_url:
        folder = Path(name)
        database = asked.database or f"sqlite:///{folder / 'fluxgate.db'}"
        migrate(database)
        for run in range(asked.kills):
            begin = partial(work, base_url, database, folder, run, asked.streams)
            kill_one(begin, folder / "reached", asked.streams, random)
            restart(database, folder)
        print(f"{asked.kills} times killed in the middle of {asked.streams} streams")
        sys.exit(0 if verdict(database, folder / "reached") else 1)


if __name__ == "__main__":
    main()
