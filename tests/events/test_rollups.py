"""The hourly sums are what one gets by adding up the rows, whatever was inserted, replaced or came late."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from random import Random
from typing import Any

import pytest
from sqlmodel import Session, select

from fluxgate_app.db import Database
from fluxgate_app.events.call import Call
from fluxgate_app.events.histogram import Histogram
from fluxgate_app.events.store import store
from fluxgate_app.models import AiEvent, HourlyAccountRollup, HourlyRollup, HourlyUserRollup
from fluxgate_app.tracking.record import CostSource, Owner, Status, Usage

FAILURES = {"ERROR", "RATE_LIMITED", "TIMEOUT", "MALFORMED_REQUEST", "INTERRUPTED"}
SUMS = ("input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens")


def hour_of(event: AiEvent) -> datetime:
    return event.created_at.replace(minute=0, second=0, microsecond=0)


def expected(events: list[AiEvent], key) -> dict[Any, dict[str, Any]]:
    groups: dict[Any, list[AiEvent]] = defaultdict(list)
    for event in events:
        groups[hour_of(event), *key(event)].append(event)
    return {
        name: {
            "requests": len(group),
            "errors": sum(event.status in FAILURES for event in group),
            "unpriced": sum(event.cost is None for event in group),
            "cost": sum((event.cost for event in group if event.cost is not None), Decimal(0)),
            **{column: sum(getattr(event, column) or 0 for event in group) for column in SUMS},
        }
        for name, group in groups.items()
    }


def actual(session: Session, table: Any, *columns: str) -> dict[Any, dict[str, Any]]:
    names = ("requests", "errors", "unpriced", "cost", *SUMS)
    return {
        (row.hour, *(getattr(row, column) for column in columns)): {name: getattr(row, name) for name in names}
        for row in session.exec(select(table))
    }


def assert_rollups_equal_the_rows(database: Database) -> None:
    with database.reading() as session:
        events = list(session.exec(select(AiEvent)))
        assert actual(session, HourlyAccountRollup, "account", "origin") == expected(
            events, lambda event: (event.account or "", event.origin)
        )
        assert actual(session, HourlyUserRollup, "user", "origin") == expected(
            events, lambda event: (event.user or "", event.origin)
        )
        dimensions = ("provider", "model", "feature", "step", "status", "origin")
        assert actual(session, HourlyRollup, *dimensions) == expected(
            events, lambda event: tuple(getattr(event, name) or "" for name in dimensions)
        )
        histograms = list(session.exec(select(HourlyRollup)))
    assert_percentiles([row.latency for row in histograms], [event.latency_in_ms for event in events])
    durations = [e.streaming_duration_in_ms if e.is_streamed else e.latency_in_ms for e in events]
    assert_percentiles([row.duration for row in histograms], durations)
    assert_percentiles([row.tokens_per_second for row in histograms], [speed(event) for event in events])


def speed(event: AiEvent) -> float | None:
    if not event.output_tokens or event.streaming_duration_in_ms is None or event.latency_in_ms is None:
        return None
    return event.output_tokens / (event.streaming_duration_in_ms - event.latency_in_ms) * 1000


def assert_percentiles(parts: list[bytes], values: list[float | None]) -> None:
    merged, known = Histogram(), sorted(value for value in values if value is not None)
    for part in parts:
        merged.merge(Histogram.from_bytes(part))
    assert merged.total == len(known)
    for share in (0.5, 0.95, 0.99):
        nearest = known[max(1, ceil(share * len(known))) - 1]
        assert merged.percentile(share) == pytest.approx(nearest, rel=0.02)


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


def test_sums_equal_the_rows_after_inserts(database: Database, make_call):
    random = Random(1)
    for start in range(0, 300, 60):
        put(database, calls(make_call, random, range(start, start + 60)))
    assert_rollups_equal_the_rows(database)


def test_sums_equal_the_rows_after_replacements_and_late_ends(database: Database, make_call):
    random = Random(2)
    put(database, calls(make_call, random, range(200)))
    put(database, calls(make_call, random, range(50, 120)))
    put(database, calls(make_call, random, range(100, 250)) + calls(make_call, random, range(240, 260)))
    assert_rollups_equal_the_rows(database)


def test_an_hour_of_which_nothing_is_left_is_gone(database: Database, make_call):
    put(database, [make_call(1, status=Status.INTERRUPTED)])
    put(database, [make_call(1, model="another")])
    with database.reading() as session:
        assert [(row.model, row.requests) for row in session.exec(select(HourlyRollup))] == [("another", 1)]
    assert_rollups_equal_the_rows(database)
