"""When the server is told to stop, requests may end by themselves for a moment; then they are cut off."""

import asyncio
import os

import pytest
from starlette.types import Receive, Scope, Send

from fluxgate_app.serving.open_requests import STOPPING, OpenRequests


async def nothing() -> None:
    """Neither receives nor sends."""


@pytest.fixture
async def server():
    """A server whose requests take as many seconds as their path says, and that was just told to stop."""
    ended: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(float(scope["path"]))
            ended.append(scope["path"])

    requests = OpenRequests(app, grace_seconds=0.1)
    requests.ended = ended
    await requests({"type": "lifespan"}, nothing, nothing)
    yield requests
    asyncio.get_running_loop().remove_signal_handler(STOPPING)


async def ask(server: OpenRequests, seconds: str) -> None:
    await server({"type": "http", "path": seconds}, nothing, nothing)


async def test_a_request_that_never_ends_is_cut_off(server):
    stream = asyncio.create_task(ask(server, "60"))
    await asyncio.sleep(0)
    os.kill(os.getpid(), STOPPING)
    async with asyncio.timeout(1):
        await stream
    assert server.ended == []


async def test_a_request_whose_client_left_is_cancelled_as_ever(server):
    question = asyncio.create_task(ask(server, "60"))
    await asyncio.sleep(0)
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question


async def test_a_request_that_ends_soon_ends_by_itself(server):
    question = asyncio.create_task(ask(server, "0.05"))
    await asyncio.sleep(0)
    os.kill(os.getpid(), STOPPING)
    await question
    assert server.ended == ["0.05"]
