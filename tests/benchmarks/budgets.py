"""What a budget costs a call: without any, alone, and with many calls at once. `python tests/benchmarks/budgets.py`"""

import asyncio
import time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from fluxgate_app.db import Database, migrate
from fluxgate_app.events.budgets import decisions
from fluxgate_app.events.budgets.budgets import Budgets
from fluxgate_app.events.budgets.question import Question
from fluxgate_app.tracking import CostOverride, Owner
from fluxgate_app.tracking.prices import Prices

PRICES = Prices(own={"m": CostOverride(Decimal(3), Decimal(15))})
OWNER = Owner("usr_1", "key_1")


def question() -> Question:
    return Question("acme", "m", PRICES, lambda: ["What is a hash table?" * 20], 300)


async def one_by_one(budgets: Budgets, calls: int) -> None:
    for _ in range(calls):
        if hold := await budgets.admit(OWNER, "chat", question):
            hold.ended(Decimal("0.001"))


async def all_at_once(budgets: Budgets, calls: int) -> None:
    for hold in await asyncio.gather(*(budgets.admit(OWNER, "chat", question) for _ in range(calls))):
        if hold:
            hold.ended(Decimal("0.001"))


async def measured(title: str, must: str, calls: int, run) -> None:
    await run(calls // 10)
    wall, cpu = time.perf_counter(), time.process_time()
    await run(calls)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{title:<34}{wall / calls * 1e6:>10.1f} µs wall{cpu / calls * 1e6:>10.1f} µs CPU a call   (must: {must})")


async def main(url: str) -> None:
    database = Database(url)
    budgets = Budgets(database, "proc_1", "UTC")
    await budgets.refresh()
    await measured("no budget", "≤ 1 µs", 200_000, lambda calls: one_by_one(budgets, calls))
    with database.writing() as session:
        decisions.add(session, "feature", "another", "day", Decimal(1_000_000))
    await budgets.refresh()
    await measured("a budget of another feature", "≤ 10 µs", 100_000, lambda calls: one_by_one(budgets, calls))
    with database.writing() as session:
        decisions.add(session, "overall", "", "month", Decimal(1_000_000))
    await budgets.refresh()
    await measured("a budget, one call after another", "≤ 5 ms", 300, lambda calls: one_by_one(budgets, calls))
    await measured("a budget, 64 calls at once", "≤ 1 ms", 64, lambda calls: all_at_once(budgets, calls))
    database.close()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'fluxgate.db'}"
        migrate(url)
        asyncio.run(main(url))
