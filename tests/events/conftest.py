"""Calls to record, and the plain way to compute what the rollups must say."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fluxgate_app.db import Database
from fluxgate_app.events.call import Call
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, CostSource, Owner, Status, Usage, User

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
    started = Recorder(database, tmp_path / "data", "full")
    started.start()
    yield started
    started.stop()
