"""A provider of its own process that speaks as OpenAI does, and notes of every call that it was reached by it."""

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

USAGE = {"prompt_tokens": 8, "completion_tokens": 6, "total_tokens": 14}
# A stream has so many pieces, one every so many seconds.
PIECES, PAUSE = range(3, 40), 0.05


def chunk(**fields: Any) -> bytes:
    """A chunk of a stream in HTTP's own form."""
    told = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", "choices": []} | fields
    event = b"data: %s\n\n" % json.dumps(told).encode()
    return b"%x\r\n%s\r\n" % (len(event), event)


def choice(finish_reason: str | None = None, **delta: str) -> list[dict[str, Any]]:
    """The choices of a chunk."""
    return [{"index": 0, "delta": delta, "finish_reason": finish_reason}]


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
PIECE = chunk(choices=choice(content="water "))
TAIL = chunk(choices=choice("stop")) + chunk(usage=USAGE) + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
WHOLE = json.dumps(
    {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-4o",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hot."}, "finish_reason": "stop"}],
        "usage": USAGE,
    }
).encode()


async def stream(writer: asyncio.StreamWriter, random: Random) -> None:
    """Answer piece by piece."""
    writer.write(HEAD)
    for _ in range(random.choice(PIECES)):
        writer.write(PIECE)
        await writer.drain()
        await asyncio.sleep(PAUSE)
    writer.write(TAIL)


def serve(said: Connection, reached: Path) -> None:
    """Answer for ever. The `user` of each request is a line of the file `reached` before its answer begins."""
    random = Random(7)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
                asked = json.loads(await reader.readexactly(int(length.split(b":")[1])))
                notes.write(f"{asked['user']}\n")
                notes.flush()
                if asked.get("stream"):
                    await stream(writer, random)
                else:
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
                    writer.write(b"content-length: %d\r\n\r\n%s" % (len(WHOLE), WHOLE))
                await writer.drain()
        writer.close()

    async def listen() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0, backlog=1000)
        said.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    with reached.open("a") as notes:
        asyncio.run(listen())


@contextmanager
def provider(reached: Path) -> Iterator[str]:
    """Its base URL, for as long as it runs."""
    context = multiprocessing.get_context("spawn")
    heard, said = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(said, reached), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{heard.recv()}/v1"
    finally:
        process.terminate()
        process.join()


def reached_calls(reached: Path) -> list[str]:
    """The `user` of every request that came."""
    return reached.read_text().split() if reached.exists() else []
