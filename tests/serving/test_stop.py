"""The server ends in an orderly way also while answers are being written."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

FLUXGATE = Path(sys.executable).with_name("fluxgate")


@pytest.fixture
def asking(start_server):
    """A server of its own, and a client with an API key for it."""
    server = start_server()

    def fluxgate(*args: str, stdin: str = "") -> str:
        told = subprocess.run(
            [FLUXGATE, *args], env=server.env, input=stdin, capture_output=True, text=True, check=True
        )
        return told.stdout.strip()

    fluxgate("user", "create", "ada@example.com", stdin="correct horse battery\n")
    key = fluxgate("key", "create", "test", "--user", "ada@example.com")
    client = httpx2.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=20)
    return server, client


async def test_an_answer_that_is_being_written_is_cut_off_and_recorded(asking):
    server, client = asking
    question = {"messages": [{"role": "user", "content": "Anything."}], "model": "demo-stall"}
    async with client, client.stream("POST", "/api/chat/stream", json=question) as answer:
        parts = answer.aiter_text()
        assert await anext(parts)
        stopped = asyncio.create_task(asyncio.to_thread(server.stop))
        with pytest.raises(httpx2.RemoteProtocolError):
            async for _ in parts:
                pass
        assert await stopped == 0
    with closing(sqlite3.connect(server.data_dir / "fluxgate.db")) as connection:
        assert connection.execute("SELECT status FROM ai_event").fetchall() == [("CANCELLED",)]
