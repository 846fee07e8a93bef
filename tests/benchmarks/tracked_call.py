"""What tracking adds to a streamed call, against the bare SDK on the same loopback server.

Run it: `python tests/benchmarks/tracked_call.py`. Must be: at most 0.1 ms added before the first token, at the median,
and 1.03 times the CPU of a long stream, the least of some. Beside other programs only the CPU says something, that of
the calling thread before the first token too.
"""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, thread_time
from typing import Any

from fluxgate_app.db import Database, migrate
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.tracking import track_anthropic, track_gemini, track_openai

CALLS = 300
STREAMS = 12
CHUNKS = 2000
REPLIES = Path(__file__).parent.parent / "replies"
# How many events stand before the first content of each recorded stream.
BEFORE = {"openai": 1, "anthropic": 3, "gemini": 0}
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"

Ask = Callable[[int], Awaitable[Any]]


def body(vendor: str, chunks: int) -> bytes:
    """The recorded stream, its first content repeated so many times, in HTTP's own chunks."""
    events = [event + b"\n\n" for event in (REPLIES / vendor / "stream.sse").read_bytes().split(b"\n\n") if event]
    first = BEFORE[vendor]
    events[first:first] = [events[first]] * (chunks - 1)
    return b"".join(b"%x\r\n%s\r\n" % (len(event), event) for event in events) + b"0\r\n\r\n"


def serve(said: Connection) -> None:
    """Answer for ever: the vendor and the number of chunks are the first two parts of the path."""
    answers: dict[tuple[str, int], bytes] = {}

    async def head_of(reader: asyncio.StreamReader) -> bytes | None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            return await reader.readuntil(b"\r\n\r\n")

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await head_of(reader):
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            vendor, chunks = head.split(b" ", 2)[1].decode().split("/")[1:3]
            key = (vendor, int(chunks))
            writer.write(HEAD + answers.setdefault(key, answers.get(key) or body(*key)))
            await writer.drain()

    async def listen() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        said.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(listen())


def askers(vendor: str, url: str, sink: Recorder) -> tuple[Ask, Ask]:
    """The same question, bare and tracked, for a stream of so many chunks."""
    messages: list[Any] = [{"role": "user", "content": "How hot is boiling water?"}]

    def with_client(client: Callable[[str], Any], ask: Callable[[Any], Awaitable[Any]], track: Any) -> tuple[Ask, Ask]:
        bare = {chunks: client(f"{url}/{vendor}/{chunks}") for chunks in (1, CHUNKS)}
        tracked = {chunks: track(one, sink=sink) for chunks, one in bare.items()}
        return (
            lambda chunks: ask(bare[chunks]),
            lambda chunks: ask(tracked[chunks].with_context(feature="benchmark", user="u_1")),
        )

    if vendor == "openai":
        from openai import AsyncOpenAI

        return with_client(
            lambda base: AsyncOpenAI(api_key="k", base_url=base),
            lambda client: client.chat.completions.create(model="gpt-4o", messages=messages, stream=True),
            track_openai,
        )
    if vendor == "anthropic":
        from anthropic import AsyncAnthropic

        return with_client(
            lambda base: AsyncAnthropic(api_key="k", base_url=base),
            lambda client: client.messages.create(
                model="claude-sonnet-4-6", max_tokens=99, messages=messages, stream=True
            ),
            track_anthropic,
        )
    from google.genai import Client

    return with_client(
        lambda base: Client(api_key="k", http_options={"base_url": base}),
        lambda client: client.aio.models.generate_content_stream(model="gemini-2.5-flash", contents="How hot?"),
        track_gemini,
    )


async def first_token(ask: Ask, before: int, clock: Callable[[], float] = perf_counter) -> float:
    """Milliseconds from the call to the first content; the rest is read, so that the connection is used again."""
    began = clock()
    stream = await ask(1)
    chunks = aiter(stream)
    for _ in range(before + 1):
        await anext(chunks)
    came = clock()
    async for _ in chunks:
        pass
    return (came - began) * 1000


async def whole_stream(ask: Ask) -> float:
    """Milliseconds of this process's CPU for a long stream."""
    began = process_time()
    async for _ in await ask(CHUNKS):
        pass
    return (process_time() - began) * 1000


async def side_by_side(
    measure: Callable[[Ask], Awaitable[float]],
    pair: tuple[Ask, Ask],
    times: int,
    summed: Callable[[list[float]], float] = median,
) -> list[float]:
    """The medians, or what else, of bare and tracked, taken in turns after a warm-up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + times // 10 + 1):
        for ask, figures in zip(pair, taken, strict=True):
            figure = await measure(ask)
            if turn > times // 10:
                figures.append(figure)
    return [summed(figures) for figures in taken]


@contextmanager
def recorder(directory: Path) -> Iterator[Recorder]:
    """The app's own recorder, on an empty SQLite database."""
    url = f"sqlite:///{directory / 'fluxgate.db'}"
    migrate(url)
    with closing(Database(url)) as database:
        recorder = Recorder(database, directory)
        recorder.start()
        yield recorder
        recorder.stop()


async def main(port: int) -> None:
    """Print the figures of each vendor, recorded as the app records."""
    with TemporaryDirectory() as directory, recorder(Path(directory)) as sink:
        print(f"{'':10}  {'first token, ms':^28}   {'CPU':>9}   {f'CPU of {CHUNKS} chunks, ms':^28}")
        print(
            f"{'':10}  {'bare':>8} {'tracked':>9} {'added':>9}   {'added':>9}   {'bare':>8} {'tracked':>9} {'ratio':>9}"
        )
        for vendor, before in BEFORE.items():
            pair = askers(vendor, f"http://127.0.0.1:{port}", sink)
            bare, tracked = await side_by_side(lambda ask, n=before: first_token(ask, n), pair, CALLS)
            least, most = await side_by_side(lambda ask, n=before: first_token(ask, n, thread_time), pair, CALLS)
            idle, busy = await side_by_side(whole_stream, pair, STREAMS, min)
            print(
                f"{vendor:10}  {bare:8.3f} {tracked:9.3f} {tracked - bare:9.3f}   {most - least:9.3f}   "
                f"{idle:8.1f} {busy:9.1f} {busy / idle:9.3f}"
            )


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    heard, said = context.Pipe(duplex=False)
    server = context.Process(target=serve, args=(said,), daemon=True)
    server.start()
    try:
        asyncio.run(main(heard.recv()))
    finally:
        server.terminate()
