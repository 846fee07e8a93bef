"""How fast calls are recorded: what a call pays for it, how many reach the database, how soon one is there.

python tests/benchmarks/recorder.py [DATABASE_URL]
"""

import sys
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from threading import Event
from time import perf_counter, process_time, sleep

from fluxgate_app.db import Database, migrate
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.events.seed import seed
from fluxgate_app.models.ids import new_id
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostSource, Owner, Status, Usage, User

CALLS = 20_000
FEATURES = ("streaming-chat", "support-triage", "document-search", "summaries")
MODELS = ("gpt-4o", "gpt-4o-mini", "claude-sonnet-4-6")
RAW = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 800}}


def call(number: int) -> tuple[CallStart, CallEnd]:
    context = Context(
        FEATURES[number % 4],
        user=User(f"user-{number % 500}"),
        conversation_id=f"conv_{number // 4}",
        metadata={"n": 1},
    )
    start = CallStart(
        new_id("evt"),
        datetime.now(UTC),
        "real",
        "openai",
        "api.openai.com",
        MODELS[number % 3],
        "chat",
        True,
        Owner("usr_1", "key_1"),
        context,
    )
    end = CallEnd(
        start.tracking_id,
        Status.SUCCESS,
        Usage(1000, 100, 800),
        200.0 + number % 700,
        1900.0 + number % 4000,
        Decimal("0.0025"),
        CostSource.COMPUTED,
        "genai-prices 0.2.3",
        "stop",
        raw_usage=RAW,
    )
    return start, end


def caller(recorder: Recorder) -> None:
    """One call now and then, as a caller sees it: the recorder's thread is idle in between."""
    starts: list[float] = []
    ends: list[float] = []
    for number in range(300):
        start, end = call(number)
        before = perf_counter()
        recorder.started(start)
        between = perf_counter()
        recorder.ended(start, end)
        starts.append(between - before)
        ends.append(perf_counter() - between)
        sleep(0.002)
    for name, times in (("started", starts), ("ended", ends)):
        times.sort()
        print(f"{name}(): {median(times) * 1e6:.0f} µs at the median, {times[-3] * 1e6:.0f} µs at the 99th percentile")


def throughput(recorder: Recorder) -> None:
    calls = [call(number) for number in range(CALLS)]
    wall, cpu = perf_counter(), process_time()
    for start, end in calls:
        recorder.started(start)
        recorder.ended(start, end)
    handed = perf_counter() - wall
    assert recorder.flush(120)
    stored, used = perf_counter() - wall, process_time() - cpu
    print(f"{CALLS} finished calls: handed over at {CALLS / handed:,.0f}/s, stored at {CALLS / stored:,.0f}/s")
    print(f"{used / CALLS * 1e6:.0f} µs of CPU a call, both ends and storing together")


def delay(recorder: Recorder) -> None:
    stored = Event()
    recorder.listen(lambda tracking_ids: stored.set())
    times: list[float] = []
    for number in range(20):
        start, end = call(number)
        recorder.started(start)
        recorder.flush()
        stored.clear()
        before = perf_counter()
        recorder.ended(start, end)
        stored.wait(5)
        times.append(perf_counter() - before)
        sleep(0.1)
    print(f"end to row: {median(times) * 1e3:.0f} ms at the median, {max(times) * 1e3:.0f} ms at most")


def seeding(database: Database) -> None:
    wall, cpu = perf_counter(), process_time()
    seed(database, 100_000, 30, lambda done: None)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    print(f"seed: {100_000 / wall:,.0f} events/s, {100_000 / cpu:,.0f} per second of CPU")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/fluxgate.db"
        migrate(url)
        database = Database(url)
        recorder = Recorder(database, Path(folder))
        recorder.start()
        caller(recorder)
        throughput(recorder)
        delay(recorder)
        recorder.stop()
        seeding(database)
        database.close()


main()
