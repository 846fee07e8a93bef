"""How long figures take over the HTTP API: p95 of 50 runs beside the limits, on SQLite.

python tests/benchmarks/metrics.py [events] [days]      # 1,000,000 events over 90 days
FLUXGATE_DATA_DIR=… keeps what was stored for the next run.
"""

import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import httpx2

sys.path.insert(0, str(Path(__file__).parents[1]))

from api.conftest import SETTINGS, Api
from sqlalchemy import text

from fluxgate_app.db import Database
from fluxgate_app.events.rebuild import migrate
from fluxgate_app.events.seed import seed
from fluxgate_app.models import Role
from fluxgate_app.settings import load
from fluxgate_app.wiring import Wiring

RUNS = 50
VIEWS = {
    "7 days, all figures, hours, compared": ("range=7d&interval=hour&compare=previous", 100),
    "7 days by model, compared": ("range=7d&groupBy=model&compare=previous", 100),
    "7 days by user, compared": ("range=7d&groupBy=user&compare=previous", 100),
    "90 days by model and feature": ("range=90d&groupBy=model,feature", 150),
    "90 days, daily in UTC": ("range=90d&interval=day", 150),
    "90 days, daily in Berlin": ("range=90d&interval=day&timezone=Europe/Berlin", 150),
    "90 days, daily in Kolkata": ("range=90d&interval=day&timezone=Asia/Kolkata", 150),
    "90 days by model, daily in UTC": ("range=90d&groupBy=model&interval=day", 150),
    "90 days by user": ("range=90d&groupBy=user", 150),
}


def store(url: str, events: int, days: int) -> None:
    migrate(url)
    with closing(Database(url)) as database:
        with database.reading() as session:
            known = session.execute(text("SELECT sum(requests) FROM event_counter")).scalar()
        if not known:
            seed(database, events, days)


def p95(program: httpx2.Client, path: str) -> float:
    taken: list[float] = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        answer = program.get(path)
        taken.append(time.perf_counter() - begun)
        assert answer.status_code == 200, answer.text
    return sorted(taken)[int(0.95 * RUNS)] * 1000


def main(events: int, days: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(os.environ.get("FLUXGATE_DATA_DIR", folder))
        wanted = load(**({"data_dir": data_dir} | SETTINGS))
        store(wanted.sqlalchemy_url, events, days)
        api = Api(Wiring(wanted))
        api.start()
        try:
            root = api.person(f"root-{time.time_ns()}", Role.ADMIN)
            with root.by_key(timeout=60) as program:
                for name, (query, limit) in VIEWS.items():
                    print(
                        f"{name:45} {p95(program, f'/api/metrics?origin=all&{query}'):7.1f} ms of {limit}", flush=True
                    )
                print(f"{'/metrics':45} {p95(program, '/metrics'):7.1f} ms of 50")
        finally:
            api.stop()


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]] + [1_000_000, 90][len(sys.argv) - 1 :]
    main(*arguments)
