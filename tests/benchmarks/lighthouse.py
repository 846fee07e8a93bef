"""What Lighthouse says of the chat page, signed in: on a desktop and on a phone.

Run it: `python tests/benchmarks/lighthouse.py [path]`. Must be: performance 95 on a desktop and 80 on a phone,
accessibility 100. npm installs Lighthouse into a temporary folder. It measures on this machine: leave it in peace.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import async_playwright, expect
from streaming_page import ADMIN, CHROMIUM, FLAGS, server

BIN = Path(sys.executable).parent
LIGHTHOUSE = {"lighthouse": "13.5.0"}
FORMS = {"desktop": ["--preset=desktop"], "mobile": []}
MUST = {"desktop": 95, "mobile": 80}
KINDS = "performance,accessibility,best-practices"


async def run(folder: str, *command: str) -> None:
    """A program of npm's, there."""
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "CHROME_PATH": CHROMIUM}
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=env, stdout=subprocess.DEVNULL)
    if await process.wait():
        sys.exit(f"{command[0]} failed")


async def judge(folder: str, url: str, port: int, form: str) -> None:
    """One report, in the browser that has signed in."""
    report = Path(folder) / f"{form}.json"
    await run(
        folder,
        str(BIN / "node"),
        "node_modules/lighthouse/cli/index.js",
        url,
        f"--port={port}",
        "--disable-storage-reset",
        f"--only-categories={KINDS}",
        "--output=json",
        f"--output-path={report}",
        "--quiet",
        *FORMS[form],
    )
    told = json.loads(report.read_text())
    scores = {name: round(100 * kind["score"]) for name, kind in told["categories"].items()}
    print(f"{form}: {scores} (performance at least {MUST[form]}, accessibility 100)")
    for name in (
        "first-contentful-paint",
        "largest-contentful-paint",
        "total-blocking-time",
        "cumulative-layout-shift",
    ):
        print(f"  {name}: {told['audits'][name]['displayValue']}")
    for ref in told["categories"]["accessibility"]["auditRefs"]:
        if (audit := told["audits"][ref["id"]])["score"] == 0:
            print(f"  accessibility: {audit['title']}")


async def main(path: str) -> None:
    """Install, sign in, and measure both forms."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with TemporaryDirectory() as folder, server() as (url, _):
        (Path(folder) / "package.json").write_text(json.dumps({"dependencies": LIGHTHOUSE}))
        await run(folder, str(BIN / "npm"), "install", "--no-audit", "--no-fund")
        async with async_playwright() as playwright:
            flags = [*FLAGS, f"--remote-debugging-port={port}"]
            context = await playwright.chromium.launch_persistent_context(
                f"{folder}/profile", executable_path=CHROMIUM, args=flags
            )
            page = context.pages[0]
            await page.goto(f"{url}/login")
            await page.get_by_test_id("login-email").fill(ADMIN["FLUXGATE_ADMIN_EMAIL"])
            await page.get_by_test_id("login-password").fill(ADMIN["FLUXGATE_ADMIN_PASSWORD"])
            await page.get_by_test_id("login-submit").click()
            await expect(page.get_by_test_id("composer")).to_be_visible()
            for form in FORMS:
                await judge(folder, f"{url}{path}", port, form)
            await context.close()


if __name__ == "__main__":
    asyncio.run(main([*sys.argv[1:], "/"][0]))
