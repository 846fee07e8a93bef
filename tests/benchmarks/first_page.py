"""How long the explorer and the dashboard take to stand in the browser, from the request for the page to its last part.

Run it: `python tests/benchmarks/first_page.py [--events N] [--data DIR] [--runs N]`. Must be, at the 95th
percentile: at most 1 s over a million events, 1.2 s over ten. Its parts are rows, counts and strip, or figures and both
charts.
"""

import asyncio
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.async_api import Page
from streaming_page import ADMIN, server, signed_in
from views import MILLION, options, prepare

from fluxgate_app.accounts import people
from fluxgate_app.accounts.passwords import hashed
from fluxgate_app.db import Database
from fluxgate_app.models import Role

LIST = ("[data-testid=request-row]:nth-child(20)", ".strip .bars rect", ".facets .option")
FIGURES = (
    '[data-testid=dashboard-spend][title^="$"]',
    "[data-testid=dashboard-sums] .recharts-bar-rectangle",
    "[data-testid=dashboard-times] .recharts-line-curve",
)
PAGES = {
    "requests": ("/requests", LIST),
    "dashboard, 7 days": ("/dashboard?origin=all", FIGURES),
    "dashboard, 90 days by feature": ("/dashboard?origin=all&range=90d&groupBy=feature", FIGURES),
}
# Asked at each frame in the page itself, so that the driver's own slowness does not count.
UNTIL_ALL_ARE_THERE = """(parts) => new Promise((done, fail) => {
    const look = () => {
        const missing = parts.filter((part) => !document.querySelector(part)?.getBoundingClientRect().width);
        if (!missing.length) done(performance.now());
        else if (performance.now() > 60000) fail(new Error(`not there after a minute: ${missing}`));
        else requestAnimationFrame(look);
    };
    look();
})"""


async def make_admin(url: str) -> None:
    """Who signs in; a start makes none where others measured before."""
    email, password_hash = ADMIN["FLUXGATE_ADMIN_EMAIL"], await hashed(ADMIN["FLUXGATE_ADMIN_PASSWORD"])
    with closing(Database(url)) as database, database.writing() as session:
        if people.find(session, email) is None:
            people.create(session, email, password_hash, role=Role.ADMIN)


async def measure(page: Page, url: str, name: str, runs: int, most: int) -> None:
    """Open it again and again, each time from an empty page."""
    path, parts = PAGES[name]
    took: list[float] = []
    for _ in range(runs + 1):
        await page.goto("about:blank")
        await page.goto(f"{url}{path}", wait_until="commit")
        took.append(await page.evaluate(UNTIL_ALL_ARE_THERE, list(parts)))
        await page.wait_for_timeout(300)
    # The first one has the browser's cache to fill.
    took = sorted(took[1:])
    p95 = took[int(len(took) * 0.95)]
    verdict = "" if p95 <= most else "  TOO SLOW"
    print(f"  {name:30} must be {most:5} ms, is {p95:6.0f} (median {median(took):6.0f}){verdict}", flush=True)


async def main() -> None:
    """Seed what is missing, then measure each page."""
    wanted = options()
    with TemporaryDirectory() as temporary:
        folder = Path(wanted.data or temporary)
        prepare(f"sqlite:///{folder}/fluxgate.db", wanted.events)
        await make_admin(f"sqlite:///{folder}/fluxgate.db")
        with server(folder) as (url, _):
            async with signed_in(url) as page:
                for name in PAGES:
                    await measure(page, url, name, wanted.runs, 1000 if wanted.events <= MILLION else 1200)


if __name__ == "__main__":
    asyncio.run(main())
