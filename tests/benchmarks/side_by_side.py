"""What FluxGate is measured against, each in one worker beside it: the same upstream, the same server, the same load.

The upstream replays recorded answers, since the demo provider would be slower than what is measured. Beside how many
answers come in a second, the CPU that the server takes for one is printed: it hardly moves when a machine is busy.
"""

import asyncio
import json
import multiprocessing
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import uvloop

SECONDS = 2
ROUNDS = 5
CONNECTIONS = 32
STREAMS_AT_ONCE = 8
CHUNKS = 200
HERE = Path(__file__).parent
REPLIES = HERE.parent / "replies" / "openai"
QUESTION = {"messages": [{"role": "user", "content": "How hot is boiling water?"}]}
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
ADMIN = {"FLUXGATE_ADMIN_EMAIL": "ada@example.com", "FLUXGATE_ADMIN_PASSWORD": "correct horse battery"}


@dataclass(frozen=True)
class Server:
    """One of those that are compared, while it runs."""

    port: int
    pid: int
    key: str = "k"

    def cpu(self) -> float:
        """Seconds of CPU that it and its workers have taken until now."""
        return sum(map(_cpu, _family(self.pid)))


@dataclass(frozen=True, eq=False)
class Route:
    """Where to ask a server, and what."""

    name: str
    server: Server
    path: str
    asked: dict[str, Any]


def _family(pid: int) -> list[int]:
    # A process belongs to the thread that began it.
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for thread in threads for child in thread.read_text().split()]
    return [pid, *(one for child in children for one in _family(child))]


def _cpu(pid: int) -> float:
    # The name before these fields may have spaces in it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def replay(said: Connection) -> None:
    """The upstream: a recorded answer, or a recorded stream of CHUNKS chunks where one is asked for."""
    whole = (REPLIES / "answer.json").read_bytes()
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(whole), whole)
    events = [event + b"\n\n" for event in (REPLIES / "stream.sse").read_bytes().split(b"\n\n") if event]
    first, *texts, last, usage, done = events
    # All its texts in turn: LiteLLM gives up on a model that says the same again and again.
    events = [first, *islice(cycle(texts), CHUNKS - 3), last, usage, done]
    chunks = [b"%x\r\n%s\r\n" % (len(event), event) for event in events]
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                length = asked.lower().split(b"content-length:")[1].split(b"\r\n")[0]
                if not json.loads(await reader.readexactly(int(length))).get("stream"):
                    writer.write(answer)
                    continue
                writer.write(head)
                for chunk in chunks:
                    writer.write(chunk)
                    # Each in a packet of its own, as a model writes them.
                    await asyncio.sleep(0)
                writer.write(b"0\r\n\r\n")

    async def listen() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        said.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(listen())


def bare() -> Any:
    """What one writes without FluxGate: routes that ask the official SDK and answer with what it got."""
    from openai import AsyncOpenAI
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse
    from starlette.routing import Route

    create = AsyncOpenAI().chat.completions.create

    async def gateway(request: Request) -> Response:
        asked = await request.json()
        answer = await create(**asked)
        if not asked.get("stream"):
            return Response(answer.model_dump_json(), media_type="application/json")
        chunks = (b"data: %s\n\n" % chunk.model_dump_json().encode() async for chunk in answer)
        return StreamingResponse(chunks, media_type="text/event-stream")

    async def chat(request: Request) -> Response:
        answer = await create(model="gpt-4o", messages=(await request.json())["messages"])
        return JSONResponse({"content": answer.choices[0].message.content})

    async def stream(request: Request) -> Response:
        answer = await create(model="gpt-4o", messages=(await request.json())["messages"], stream=True)
        texts = (chunk.choices[0].delta.content or "" async for chunk in answer if chunk.choices)
        return StreamingResponse(texts, media_type="text/plain")

    routes = {"/v1/chat/completions": gateway, "/api/chat": chat, "/api/chat/stream": stream}
    return Starlette(routes=[Route(path, route, methods=["POST"]) for path, route in routes.items()])


@contextmanager
def upstream() -> Iterator[dict[str, str]]:
    """The environment in which OpenAI's SDK asks the upstream."""
    context = multiprocessing.get_context("spawn")
    heard, said = context.Pipe(duplex=False)
    process = context.Process(target=replay, args=(said,), daemon=True)
    process.start()
    yield os.environ | {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": f"http://127.0.0.1:{heard.recv()}/v1"}
    process.terminate()


@contextmanager
def running(command: Sequence[str | Path], port: int, env: dict[str, str], key: str = "k") -> Iterator[Server]:
    """This command, once it serves on the port."""
    with subprocess.Popen(command, cwd=HERE, env=env, **QUIET) as process:
        try:
            with socket.socket() as probe:
                while probe.connect_ex(("127.0.0.1", port)):
                    assert process.poll() is None, f"{command[0]} has ended"
                    sleep(0.05)
            yield Server(port, process.pid, key)
        finally:
            process.terminate()


@contextmanager
def bare_server(env: dict[str, str]) -> Iterator[Server]:
    """`bare`, in the server that FluxGate uses too."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--factory", "--port", str(port)]
    with running([*command, "side_by_side:bare"], port, env) as server:
        yield server


@contextmanager
def fluxgate(env: dict[str, str]) -> Iterator[Server]:
    """`fluxgate run` with an empty data folder, and a key for it."""
    command, port = Path(sys.executable).with_name("fluxgate"), free_port()
    with TemporaryDirectory() as folder:
        env = env | ADMIN | {"FLUXGATE_DATA_DIR": folder, "FLUXGATE_API_RATE_LIMIT_PER_MINUTE": str(10**9)}
        with running([command, "run", "--port", str(port)], port, env) as server:
            create = [command, "key", "create", "bench", "--user", ADMIN["FLUXGATE_ADMIN_EMAIL"]]
            said = subprocess.run(create, env=env, check=True, capture_output=True, text=True).stdout
            yield replace(server, key=re.findall(r"fg_\S+", said)[0])


class Client:
    """One connection that asks again and again, as cheaply as it can."""

    def __init__(self, route: Route):
        body = json.dumps(route.asked).encode()
        head = f"POST {route.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {route.server.key}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._request = head.encode() + body
        self._port = route.server.port
        self.taken: list[float] = []

    async def ask_until(self, end: float, every: float) -> None:
        """Ask, wait for the whole answer, ask again, but not sooner than `every` so many seconds."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        while (began := perf_counter()) < end:
            writer.write(self._request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            if b"content-length:" in head:
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
            else:
                await reader.readuntil(b"\r\n0\r\n\r\n")
            self.taken.append(perf_counter() - began)
            if every:
                await asyncio.sleep(began + every - perf_counter())
        writer.close()


@dataclass(frozen=True)
class Figures:
    """Answers a second, ms within which 99 of 100 came, and ms of the server's CPU for each."""

    rate: float
    slowest: float
    cpu: float


async def load(route: Route, connections: int, rate: float = 0) -> Figures:
    """Ask as often as can be, or at this rate."""
    clients = [Client(route) for _ in range(connections)]
    every, began, used = connections / rate if rate else 0, perf_counter(), route.server.cpu()

    async def ask(client: Client, number: int) -> None:
        await asyncio.sleep(every * number / connections)
        await client.ask_until(began + SECONDS, every)

    await asyncio.gather(*(ask(client, number) for number, client in enumerate(clients)))
    wall, used = perf_counter() - began, route.server.cpu() - used
    taken = sorted(one for client in clients for one in client.taken)
    return Figures(len(taken) / wall, taken[len(taken) * 99 // 100] * 1000, used / len(taken) * 1000)


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def compare(title: str, connections: int, routes: Sequence[Route]) -> None:
    """Print how these do, measured in turns after a round that does not count; what is times the first one, too.

    Each ratio is of one turn, as machines do not stay equally fast for longer; all figures are medians.
    """
    most: dict[Route, list[Figures]] = {route: [] for route in routes}
    slowest: dict[Route, list[float]] = {route: [] for route in routes}
    for turn in range(1 + ROUNDS):
        for route in routes:
            figures = uvloop.run(load(route, connections))
            if turn:
                most[route].append(figures)
                slowest[route].append(uvloop.run(load(route, connections, figures.rate / 2)).slowest)
    print(f"{title:20} {'answers/s':>10} {'ratio':>6} {'CPU, ms':>9} {'ratio':>6} {'p99 at half that, ms':>22}")
    for route in routes:
        pairs = list(zip(most[route], most[routes[0]], strict=True))
        rate, cpu = median(one.rate for one, _ in pairs), median(one.cpu for one, _ in pairs)
        faster, cheaper = (
            median(one.rate / first.rate for one, first in pairs),
            median(first.cpu / one.cpu for one, first in pairs),
        )
        print(f"  {route.name:18} {rate:10.0f} {faster:6.2f} {cpu:9.2f} {cheaper:6.2f}", end=" ")
        print(f"{median(slowest[route]):22.1f}", flush=True)
