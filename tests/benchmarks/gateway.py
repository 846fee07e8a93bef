"""The gateway against a bare Starlette route with the official SDK: one worker each, the same upstream on loopback.

Run it: `python tests/benchmarks/gateway.py`. Must be: at least 3 times the bare route's requests a second.
The upstream replays recorded answers, since the demo provider would be slower than what is measured.
"""

import asyncio
import json
import multiprocessing
import socket
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

SECONDS = 2
ROUNDS = 3
CONNECTIONS = 32
STREAMS_AT_ONCE = 8
CHUNKS = 200
REPLIES = Path(__file__).parent.parent / "replies" / "openai"
ASKED = {"model": "gpt-4o", "messages": [{"role": "user", "content": "How hot is boiling water?"}]}
PATH = "/v1/chat/completions"


def replay(said: Connection) -> None:
    """The upstream: a recorded answer, or a recorded stream of CHUNKS chunks where one is asked for."""
    whole = (REPLIES / "answer.json").read_bytes()
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(whole), whole)
    events = [event + b"\n\n" for event in (REPLIES / "stream.sse").read_bytes().split(b"\n\n") if event]
    events[1:1] = [events[1]] * (CHUNKS - len(events) + 1)
    chunks = [b"%x\r\n%s\r\n" % (len(event), event) for event in events]
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                length = asked.lower().split(b"content-length:")[1].split(b"\r\n")[0]
                if b'"stream"' not in await reader.readexactly(int(length)):
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

    asyncio.run(listen())


async def serve(app: Any, port: int) -> None:
    """This app, in one worker, for ever."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    await Server(app, "127.0.0.1", port, interface=Interfaces.ASGINL, log_enabled=False).serve()


def serve_bare(upstream: int, port: int) -> None:
    """What one writes without a gateway: a route that asks the SDK and answers with what it got."""
    from openai import AsyncOpenAI
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response, StreamingResponse
    from starlette.routing import Route

    client = AsyncOpenAI(api_key="k", base_url=f"http://127.0.0.1:{upstream}/v1")

    async def route(request: Request) -> Response:
        asked: dict[str, Any] = await request.json()
        answer = await client.chat.completions.create(**asked)
        if not asked.get("stream"):
            return Response(answer.model_dump_json(), media_type="application/json")
        chunks = (b"data: %s\n\n" % chunk.model_dump_json().encode() async for chunk in answer)
        return StreamingResponse(chunks, media_type="text/event-stream")

    asyncio.run(serve(Starlette(routes=[Route(PATH, route, methods=["POST"])]), port))


def serve_gateway(upstream: int, port: int, said: Connection) -> None:
    """The API as it is, with a key for it."""
    from fluxgate_app.accounts import api_keys, people
    from fluxgate_app.api.app import create_api
    from fluxgate_app.db import migrate
    from fluxgate_app.models import Role
    from fluxgate_app.settings import load
    from fluxgate_app.wiring import Wiring

    async def main(directory: Path) -> None:
        url = f"http://127.0.0.1:{upstream}/v1"
        settings = load(
            data_dir=directory,
            openai_api_key="k",
            openai_base_url=url,
            api_rate_limit_per_minute=10**9,
            database_url=None,
        )
        migrate(settings.sqlalchemy_url)
        wiring = Wiring(settings)
        async with wiring.running():
            with wiring.db.writing() as session:
                account = people.create(session, "bench@example.com", "x", "Bench", Role.USER)
                said.send(api_keys.create(session, account.id, "bench").key)
            await serve(create_api(wiring), port)

    with TemporaryDirectory() as directory:
        asyncio.run(main(Path(directory)))


class Client:
    """One connection that asks again and again, as cheaply as it can."""

    def __init__(self, port: int, key: str, asked: dict[str, Any]):
        body = json.dumps(asked).encode()
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        self._request = head.encode() + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        self._port = port
        self.taken: list[float] = []

    async def ask_until(self, end: float) -> None:
        """Ask, wait for the whole answer, ask again."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        while perf_counter() < end:
            began = perf_counter()
            writer.write(self._request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            if b"content-length:" in head:
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
            else:
                await reader.readuntil(b"\r\n0\r\n\r\n")
            self.taken.append(perf_counter() - began)
        writer.close()


async def load(port: int, key: str, asked: dict[str, Any], connections: int) -> tuple[float, float]:
    """Answers a second, and the milliseconds within which 99 of 100 came."""
    clients = [Client(port, key, asked) for _ in range(connections)]
    began = perf_counter()
    await asyncio.gather(*(client.ask_until(began + SECONDS) for client in clients))
    taken = sorted(one for client in clients for one in client.taken)
    return len(taken) / (perf_counter() - began), taken[len(taken) * 99 // 100] * 1000


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(port: int) -> None:
    """Until something listens there."""
    with socket.socket() as probe:
        while probe.connect_ex(("127.0.0.1", port)):
            sleep(0.05)


def compare(name: str, asked: dict[str, Any], connections: int, bare: int, gateway: tuple[int, str]) -> None:
    """Print both figures, measured in turns."""
    figures: tuple[list[tuple[float, float]], ...] = ([], [])
    for _ in range(ROUNDS):
        for taken, (port, key) in zip(figures, ((bare, "k"), gateway), strict=True):
            taken.append(asyncio.run(load(port, key, asked, connections)))
    (slow, slow_p99), (fast, fast_p99) = ([median(column) for column in zip(*taken, strict=True)] for taken in figures)
    print(f"{name:10} {slow:8.0f} {fast:8.0f} {fast / slow:7.2f}   {slow_p99:8.1f} {fast_p99:8.1f}")


def main() -> None:
    """Start the three, ask both, print."""
    context = multiprocessing.get_context("spawn")
    heard, said = context.Pipe(duplex=False)
    running = [context.Process(target=replay, args=(said,), daemon=True)]
    running[0].start()
    upstream, bare, gateway = heard.recv(), free_port(), free_port()
    running.append(context.Process(target=serve_bare, args=(upstream, bare), daemon=True))
    running.append(context.Process(target=serve_gateway, args=(upstream, gateway, said), daemon=True))
    for process in running[1:]:
        process.start()
    try:
        key = heard.recv()
        for port in (bare, gateway):
            wait_for(port)
        print(f"{'':10} {'answers/s':^24}   {'p99, ms':^17}")
        print(f"{'':10} {'bare':>8} {'gateway':>8} {'ratio':>7}   {'bare':>8} {'gateway':>8}")
        compare("whole", ASKED, CONNECTIONS, bare, (gateway, key))
        compare("streamed", ASKED | {"stream": True}, STREAMS_AT_ONCE, bare, (gateway, key))
    finally:
        for process in running:
            process.terminate()


if __name__ == "__main__":
    main()
