"""How fast calls are recorded: what a call pays for it, how many reach the database, how soon one is there.

Run it: `python tests/benchmarks/recorder.py [DATABASE_URL]`. Must be: at most 0.2 ms of CPU to settle a call, from the
end of its stream to its row, and on SQLite 5,000 finished calls a second stored.
"""

import gc
import json
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
from fluxgate_app.tracking import openai
from fluxgate_app.tracking.call import Call
from fluxgate_app.tracking.line import Line, Party
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostSource, Owner, Status, Usage, User
from fluxgate_app.tracking.usage.vocabulary import read_in

CALLS, SETTLED = 20_000, 3000
STREAM = Path(__file__).parent.parent / "replies" / "openai" / "stream.sse"
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
    # As the server does when it has started: what is here for long need not be looked at again and again.
    gc.freeze()
    wall, cpu = perf_counter(), process_time()
    for start, end in calls:
        recorder.started(start)
        recorder.ended(start, end)
    handed = perf_counter() - wall
    assert recorder.flush(120)
    stored, used = perf_counter() - wall, process_time() - cpu
    print(f"{CALLS} finished calls: handed over at {CALLS / handed:,.0f}/s, stored at {CALLS / stored:,.0f}/s")
    print(f"{used / CALLS * 1e6:.0f} µs of CPU a call, both ends and storing together")


def settling(recorder: Recorder) -> None:
    """Streams that were read to their end, all but the end itself: it counts, prices, journals and stores them."""
    from openai.types.chat import ChatCompletionChunk

    told = (line.removeprefix(b"data: ") for line in STREAM.read_bytes().split(b"\n\n"))
    chunks = [ChatCompletionChunk.model_validate(json.loads(event)) for event in told if event.startswith(b"{")]
    line = Line(Party("openai", "api.openai.com", "sk-1"), None, recorder, "real", Owner("usr_1", "key_1"))
    create, asked = (
        openai.VENDOR.methods["chat.completions.create"],
        {"model": "gpt-4o", "stream": True, "messages": []},
    )
    read_in("o200k_base")
    calls = [Call(line, create, Context(FEATURES[number % 4]), asked) for number in range(SETTLED)]
    for one in calls:
        for chunk in chunks:
            one.see(chunk)
    assert recorder.flush(120)
    gc.freeze()
    cpu = process_time()
    for one in calls:
        one.finish()
    own = process_time() - cpu
    assert recorder.flush(120)
    whole = process_time() - cpu
    print(f"settling: {whole / SETTLED * 1e3:.3f} ms of CPU a call, {own / SETTLED * 1e3:.3f} of it before storing")


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
        settling(recorder)
        delay(recorder)
        recorder.stop()
        seeding(database)
        database.close()


main()
