"""Calls to record, and the plain way to compute what the rollups must say."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from fluxgate_app.db import Database
from fluxgate_app.events.call import Call
from fluxgate_app.events.histogram import Histogram
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.models import AccountRollup, AiEvent, EventCounter, KindRollup, UserRollup
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostSource, Owner, Status, Usage, User

from .running import running

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
START_FIELDS = {"tracking_id", "created_at", "origin", "provider", "model", "kind", "is_streamed", "owner", "context"}

MakeCall = Callable[..., Call]


@pytest.fixture
def make_call() -> MakeCall:
    """`make_call(7, status=…, feature=…)`: the seventh call, a second after the sixth, with what is given changed."""

    def make(number: int, *, feature: str | None = "chat", user: str | User | None = "u_1", **changes: Any) -> Call:
        tracking_id = f"evt_{number:06}"
        start: dict[str, Any] = {
            "tracking_id": tracking_id,
            "created_at": NOON + timedelta(seconds=number),
            "origin": "real",
            "provider": "openai",
            "endpoint_host": "api.openai.com",
            "model": "gpt-4o",
            "kind": "chat",
            "is_streamed": True,
            "owner": Owner("usr_alice", "key_1"),
            "context": Context(feature=feature, user=User(user) if isinstance(user, str) else user),
        }
        end: dict[str, Any] = {
            "tracking_id": tracking_id,
            "status": Status.SUCCESS,
            "usage": Usage(1000, 100, 800),
            "latency_in_ms": 120.0 + number,
            "streaming_duration_in_ms": 2000.0 + number,
            "cost": Decimal("0.0025"),
            "cost_source": CostSource.COMPUTED,
            "price_version": "test 1",
            "finish_reason": "stop",
            "raw_usage": {"prompt_tokens": 1000},
        }
        start |= {name: value for name, value in changes.items() if name in START_FIELDS}
        end |= {name: value for name, value in changes.items() if name not in START_FIELDS}
        return Call(CallStart(**start), CallEnd(**end))

    return make


@pytest.fixture
def recorder(database: Database, tmp_path: Path) -> Iterator[Recorder]:
    """A running recorder."""
    with running(database, tmp_path / "data", "full") as started:
        yield started


@pytest.fixture
def rollups_must_equal_the_rows() -> Callable[[Database], None]:
    """Adds up all rows in the plainest way and compares every sum and percentile of the rollups."""
    return _rollups_must_equal_the_rows


FAILURES = {"ERROR", "RATE_LIMITED", "TIMEOUT", "MALFORMED_REQUEST", "INTERRUPTED"}
SUMS = ("input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens", "audio_tokens")


LONG = (60, 240, 1440)
SPANS = {AccountRollup: (15, 60, 240, 1440), KindRollup: LONG, UserRollup: LONG}
DIMENSIONS = {
    AccountRollup: ("account", "origin"),
    KindRollup: ("account", "provider", "model", "feature", "step", "status", "origin"),
    UserRollup: ("account", "user", "origin"),
    EventCounter: ("provider", "model", "feature", "status", "origin"),
}


def start_of(event: AiEvent, minutes: int) -> datetime:
    seconds = event.created_at.timestamp() // (60 * minutes) * 60 * minutes
    return datetime.fromtimestamp(seconds, UTC)


def expected(events: list[AiEvent], dimensions: tuple[str, ...], minutes: int | None) -> dict[Any, dict[str, Any]]:
    groups: dict[Any, list[AiEvent]] = defaultdict(list)
    for event in events:
        span = (minutes, start_of(event, minutes)) if minutes else ()
        groups[(*span, *(getattr(event, name) or "" for name in dimensions))].append(event)
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
        tuple(getattr(row, column) for column in columns): {name: getattr(row, name) for name in names}
        for row in session.exec(select(table))
    }


def _rollups_must_equal_the_rows(database: Database) -> None:
    with database.reading() as session:
        events = list(session.exec(select(AiEvent)))
        for table, spans in SPANS.items():
            added_up = {}
            for minutes in spans:
                added_up |= expected(events, DIMENSIONS[table], minutes)
            assert actual(session, table, "minutes", "start", *DIMENSIONS[table]) == added_up
        rows = [row for table in SPANS for row in session.exec(select(table))]
    for table, spans in SPANS.items():
        for minutes in spans:
            parts = [row for row in rows if isinstance(row, table) and row.minutes == minutes]
            assert_percentiles([row.latency for row in parts], [event.latency_in_ms for event in events])
            durations = [e.streaming_duration_in_ms if e.is_streamed else e.latency_in_ms for e in events]
            assert_percentiles([row.duration for row in parts], durations)
            assert_percentiles([row.tokens_per_second for row in parts], [speed(event) for event in events])


def speed(event: AiEvent) -> float | None:
    if not event.output_tokens or event.streaming_duration_in_ms is None or event.latency_in_ms is None:
        return None
    return event.output_tokens / (event.streaming_duration_in_ms - event.latency_in_ms) * 1000


def assert_percentiles(parts: list[bytes], values: list[float | None]) -> None:
    merged, known = Histogram(), sorted(value for value in values if value is not None)
    for part in parts:
        merged.merge(Histogram.from_bytes(part))
    assert merged.total == len(known)
    for share in (0.5, 0.95, 0.99) if known else ():
        nearest = known[max(1, ceil(share * len(known))) - 1]
        assert merged.percentile(share) == pytest.approx(nearest, rel=0.02)
