"""What a streamed answer costs the wire and the browser, and how soon its call shows in an open Requests page.

Run it: `python tests/benchmarks/streaming_page.py [demo-8kb demo-80kb]`. Must be, at 100 tokens a second: websocket
bytes at most 10 times the text, no task of the main thread over 50 ms, frames of at most 20 ms at the 95th percentile;
a call shows at most 1 s after its end. The 80 KB take 200 s. Whatever else keeps the machine busy makes tasks long.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from playwright.async_api import Page, async_playwright, expect

FLUXGATE = Path(sys.executable).with_name("fluxgate")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "chromium-browser"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ADMIN = {"FLUXGATE_ADMIN_EMAIL": "ada@example.com", "FLUXGATE_ADMIN_PASSWORD": "correct horse battery"}
QUIET = {"FLUXGATE_LOG_LEVEL": "warning"}
CALLS = 20

WATCH_THE_MAIN_THREAD = """
window.longTasks = [];
window.frames = [];
new PerformanceObserver((list) => list.getEntries().forEach((task) => window.longTasks.push(task.duration)))
  .observe({ type: "longtask" });
let before = performance.now();
requestAnimationFrame(function next(now) {
  window.frames.push(now - before);
  before = now;
  requestAnimationFrame(next);
});
"""


@contextmanager
def server(data: Path | None = None) -> Iterator[tuple[str, Path]]:
    """`fluxgate run` with this data folder or an empty one; gives its address and that folder."""
    with TemporaryDirectory() as temporary:
        folder = str(data or temporary)
        env = os.environ | ADMIN | {"FLUXGATE_DATA_DIR": folder, "FLUXGATE_RATE_LIMIT_PER_MINUTE": "1000"} | QUIET
        command = [FLUXGATE, "run", "--port", "0"]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            try:
                url = next(found[1] for line in process.stdout if (found := re.search(r"is at (http://\S+)", line)))
                yield url, Path(folder)
            finally:
                process.send_signal(signal.SIGINT)


@asynccontextmanager
async def signed_in(url: str) -> AsyncIterator[Page]:
    """A page on which the admin has signed in."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.add_init_script(WATCH_THE_MAIN_THREAD)
        await page.goto(f"{url}/login")
        await page.get_by_test_id("login-email").fill(ADMIN["FLUXGATE_ADMIN_EMAIL"])
        await page.get_by_test_id("login-password").fill(ADMIN["FLUXGATE_ADMIN_PASSWORD"])
        await page.get_by_test_id("login-submit").click()
        await expect(page.get_by_test_id("composer")).to_be_visible()
        yield page
        await browser.close()


async def ask(page: Page, model: str) -> None:
    """Send a question to a model of the demo provider."""
    await page.get_by_test_id("model-select").select_option(f"demo/{model}")
    await page.get_by_test_id("composer").fill("Tell me everything")
    await page.get_by_test_id("send").click()


async def stream(page: Page, model: str) -> None:
    """Watch one answer from its question to its footer, in a conversation that has one already."""
    received = 0

    def count(frame: dict[str, Any]) -> None:
        nonlocal received
        received += len(frame["response"]["payloadData"].encode())

    await ask(page, "demo-fast")
    await expect(page.get_by_test_id("message-meta")).to_have_count(1)
    wire = await page.context.new_cdp_session(page)
    await wire.send("Network.enable")
    wire.on("Network.webSocketFrameReceived", count)
    await page.evaluate("window.longTasks = []; window.frames = []")
    await ask(page, model)
    await expect(page.get_by_test_id("message-meta")).to_have_count(2, timeout=400_000)
    frames = sorted(await page.evaluate("window.frames"))
    tasks = await page.evaluate("window.longTasks")
    # The demo provider writes as much as its model's name says, to the byte.
    size = 1024 * int(re.sub(r"\D", "", model))
    slowest = frames[int(len(frames) * 0.95)]
    print(f"{model}: {received / size:.1f} × its {size:,} bytes on the wire (at most 10)")
    print(f"{model}: {len(tasks)} tasks over 50 ms {tasks or ''} (0); frames {slowest:.1f} ms at p95 (at most 20)")
    await page.get_by_test_id("new-chat").click()


async def show(page: Page, url: str) -> None:
    """From the end of a call, as the program that made it sees it, to its row on an open page."""
    await page.goto(f"{url}/requests")
    await expect(page.get_by_test_id("requests-table")).to_be_visible()
    taken: list[float] = []
    for _ in range(CALLS):
        body = {"message": "Hello", "model": "demo/demo-fast"}
        answer = await page.request.post(f"{url}/api/chat", data=body, headers={"Origin": url})
        ended = perf_counter()
        tracking_id = (await answer.json())["tracking"]["trackingId"]
        await page.locator(f'a[href="/requests/{tracking_id}"]').wait_for()
        taken.append((perf_counter() - ended) * 1000)
    taken.sort()
    print(f"call ended to row visible: median {taken[CALLS // 2]:.0f} ms, slowest {taken[-1]:.0f} ms (at most 1000)")


async def main(models: list[str]) -> None:
    """All of it, one after the other."""
    with server() as (url, _):
        async with signed_in(url) as page:
            for model in models:
                await stream(page, model)
            await show(page, url)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or ["demo-8kb", "demo-80kb"]))
