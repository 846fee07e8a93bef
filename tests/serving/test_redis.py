"""With FLUXGATE_REDIS_URL, page state is kept in Redis; without it, nowhere but in memory."""

import subprocess
import sys
from pathlib import Path

import httpx2
import redis
from playwright.async_api import Page

FLUXGATE = Path(sys.executable).with_name("fluxgate")


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


def left_after_asking(url: str, key: str) -> str:
    """What is left of the minute, as the answer to one more question says, or its refusal."""
    with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as program:
        answer = program.post("/api/chat", json={"message": "Hi", "model": "demo/demo-fast"})
    return answer.headers["x-ratelimit-remaining"] if answer.status_code == 200 else str(answer.status_code)


def test_two_servers_count_together_and_go_on_without_redis(start_server, redis_server):
    settings = {
        "FLUXGATE_REDIS_URL": redis_server.url,
        "FLUXGATE_ADMIN_EMAIL": "ada@example.com",
        "FLUXGATE_ADMIN_PASSWORD": "correct horse battery",
        "FLUXGATE_API_RATE_LIMIT_PER_MINUTE": "3",
    }
    one = start_server(**settings)
    other = start_server(**settings, FLUXGATE_DATA_DIR=str(one.data_dir))
    make_key = [FLUXGATE, "key", "create", "program", "--user", "ada@example.com"]
    key = subprocess.run(make_key, env=one.env, capture_output=True, text=True, check=True).stdout.strip()
    assert [left_after_asking(server.url, key) for server in (one, other, one, other)] == ["2", "1", "0", "429"]
    redis_server.stop()
    assert [left_after_asking(server.url, key) for server in (one, other, one, other)] == ["2", "2", "1", "1"]
    for server in (one, other):
        assert server.log.read_text().count("Redis does not answer") == 1
        assert server.stop() == 0
