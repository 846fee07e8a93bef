"""With FLUXGATE_REDIS_URL, page state is kept in Redis; without it, nowhere but in memory."""

import os
import subprocess
import sys

import pytest
import redis
from playwright.async_api import Page

REDIS = os.environ.get("FLUXGATE_TEST_REDIS", "redis://127.0.0.1:6379/9")


@pytest.fixture
def redis_url() -> str:
    try:
        with redis.Redis.from_url(REDIS, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no Redis at FLUXGATE_TEST_REDIS (default 127.0.0.1:6379)")
    return REDIS


async def hydrated(page: Page, url: str) -> None:
    """Open a page and wait until the server has sent it its state."""
    async with page.expect_websocket() as opened:
        await page.goto(url)
    socket = await opened.value
    await socket.wait_for_event("framereceived", lambda frame: "hydrate" in str(frame))


async def test_pages_work_with_their_state_in_redis(start_server, redis_url, page):
    server = start_server(FLUXGATE_REDIS_URL=redis_url)
    with redis.Redis.from_url(redis_url) as client:
        before = set(client.scan_iter())
        await hydrated(page, server.url)
        assert set(client.scan_iter()) > before


def test_without_redis_state_stays_in_memory(server):
    # Reflex's own default writes every chat to disk in clear text.
    asked = [sys.executable, "-c", "from rxconfig import config; print(config.state_manager_mode.value)"]
    told = subprocess.run(asked, env=server.env, capture_output=True, text=True, check=True)
    assert told.stdout == "memory\n"
