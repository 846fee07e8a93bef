"""The hourly sums are what one gets by adding up the rows, whatever was inserted, replaced or came late."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.events.call import Call
from fluxgate_app.events.store import store
from fluxgate_app.models import KindRollup
from fluxgate_app.tracking.record import CostSource, Owner, Status, Usage


def calls(make_call, random: Random, numbers: range) -> list[Call]:
    return [
        make_call(
            number,
            created_at=make_call(0).start.created_at + timedelta(minutes=random.randrange(180)),
            model=random.choice(["gpt-4o", "gpt-4o-mini"]),
            feature=random.choice([None, "chat", "search"]),
            user=random.choice([None, "u_1", "u_2", "u_3"]),
            owner=Owner(random.choice([None, "usr_alice", "usr_bob"])),
            origin=random.choice(["real", "demo"]),
            status=random.choice(list(Status)),
            usage=random.choice([Usage(), Usage(random.randrange(5000), random.randrange(500), 7, 8, 1, 3)]),
            cost=random.choice([None, Decimal(random.randrange(10**9)) / 10**9]),
            cost_source=CostSource.COMPUTED,
            latency_in_ms=random.choice([None, random.lognormvariate(6, 1)]),
            is_streamed=(streamed := random.random() < 0.5),
            streaming_duration_in_ms=random.uniform(60_000, 90_000) if streamed else None,
        )
        for number in numbers
    ]


def put(database: Database, calls: list[Call]) -> None:
    with database.writing() as session:
        store(session, calls, "proc_1")


def test_sums_equal_the_rows_after_inserts(database: Database, make_call, rollups_must_equal_the_rows):
    random = Random(1)
    for start in range(0, 300, 60):
        put(database, calls(make_call, random, range(start, start + 60)))
    rollups_must_equal_the_rows(database)


def test_sums_equal_the_rows_after_replacements_and_late_ends(
    database: Database, make_call, rollups_must_equal_the_rows
):
    random = Random(2)
    put(database, calls(make_call, random, range(200)))
    put(database, calls(make_call, random, range(50, 120)))
    put(database, calls(make_call, random, range(100, 250)) + calls(make_call, random, range(240, 260)))
    rollups_must_equal_the_rows(database)


def test_an_hour_of_which_nothing_is_left_is_gone(database: Database, make_call, rollups_must_equal_the_rows):
    put(database, [make_call(1, status=Status.INTERRUPTED)])
    put(database, [make_call(1, model="another")])
    with database.reading() as session:
        assert [
            (row.model, row.requests) for row in session.exec(select(KindRollup).where(KindRollup.minutes == 60))
        ] == [("another", 1)]
    rollups_must_equal_the_rows(database)
