"""Filters let through exactly the events that they describe, and say what is wrong with one that is no filter."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.filters import parse
from fluxgate_app.events.queries import list_events
from fluxgate_app.events.store import store
from fluxgate_app.tracking.record import CostSource, Status, Usage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def filled(database: Database, make_call) -> Database:
    """Sixty events that differ in every column one may ask for."""
    statuses, costs = list(Status), [None, Decimal("0.0025"), Decimal(2)]
    calls = [
        make_call(
            number,
            created_at=NOON - timedelta(hours=number),
            status=statuses[number % len(statuses)],
            feature=[None, "chat", "Über%uns"][number % 3],
            user=[None, "u_1", "u_2"][number % 3],
            model=["gpt-4o", "gpt-4o-mini"][number % 2],
            is_streamed=number % 2 == 0,
            usage=Usage(number % 4, 100),
            cost=costs[number % 3],
            cost_source=[CostSource.UNPRICED, CostSource.COMPUTED, CostSource.ESTIMATED][number % 3],
            error_message="quota_100% used" if number % 10 == 0 else None,
        )
        for number in range(60)
    ]
    with database.writing() as session:
        store(session, calls, "proc_1")
    return database


CASES: list[tuple[str, Callable[[EventRow], bool]]] = [
    ("status=ERROR", lambda e: e.status == "ERROR"),
    ("status=ERROR&status=TIMEOUT", lambda e: e.status in ("ERROR", "TIMEOUT")),
    ("status.not=SUCCESS", lambda e: e.status != "SUCCESS"),
    ("status.not=SUCCESS&status.not=ERROR", lambda e: e.status not in ("SUCCESS", "ERROR")),
    ("feature=chat", lambda e: e.feature == "chat"),
    ("feature.not=chat", lambda e: e.feature != "chat"),
    ("user=u_2&model=gpt-4o", lambda e: e.user == "u_2" and e.model == "gpt-4o"),
    ("isStreamed=true", lambda e: e.is_streamed),
    ("isStreamed=false", lambda e: not e.is_streamed),
    ("inputTokens=3", lambda e: e.input_tokens == 3),
    ("latencyInMs=125.0&latencyInMs=126", lambda e: e.latency_in_ms in (125, 126)),
    ("cost=0.0025", lambda e: e.cost == Decimal("0.0025")),
    ("cost.not=2", lambda e: e.cost != 2),
    ("costSource=unpriced", lambda e: e.cost_source == "unpriced"),
    ("trackingId=evt_000007", lambda e: e.tracking_id == "evt_000007"),
    ("createdAt=2026-03-01T09:00:00Z", lambda e: e.created_at == NOON - timedelta(hours=3)),
    ("range=24h", lambda e: e.created_at >= NOON - timedelta(hours=24)),
    ("range=1d", lambda e: e.created_at >= NOON - timedelta(days=1)),
    ("range=520w", lambda e: True),
    ("from=2026-03-01", lambda e: e.created_at >= NOON.replace(hour=0)),
    (
        "from=2026-03-01T05:30:00%2B05:30&to=2026-03-01T02:00:00Z",
        lambda e: 0 <= e.created_at.hour < 2 and e.created_at.day == 1,
    ),
    ("q=QUOTA", lambda e: e.error_message is not None),
    ("q=a_100%25", lambda e: e.error_message is not None),
    ("q=%25uns", lambda e: e.feature == "Über%uns"),
    ("q=%25UNS", lambda e: e.feature == "Über%uns"),
    ("q=ÜBER", lambda e: e.feature == "Über%uns"),
    ("feature.contains=üBE", lambda e: e.feature == "Über%uns"),
    ("q=4o-MINI", lambda e: e.model == "gpt-4o-mini"),
    ("q=000042", lambda e: e.tracking_id == "evt_000042"),
    ("q=nothing-like-it", lambda e: False),
    ("limit=5&cursor=x", lambda e: True),
    ("q=", lambda e: True),
]


@pytest.mark.parametrize(("query", "expected"), CASES, ids=[query for query, _ in CASES])
def test_a_filter_lets_through_what_it_says(filled: Database, query: str, expected: Callable[[EventRow], bool]):
    filters = parse(parse_qsl(query, keep_blank_values=True), NOON)
    with filled.reading() as session:
        found = list_events(session, None, filters, 100).events
        everything = list_events(session, None, limit=100).events
    assert found == tuple(event for event in everything if expected(event))


REFUSED = {
    "colour=red": "There is no filter 'colour'; there are q, range, from, to, timezone, trackingId, createdAt",
    "feature.like=x": "There is no filter 'feature.like'; there are feature, feature.not",
    "feature.=x": "There is no filter 'feature.'",
    "raw_usage=x": "There is no filter 'raw_usage'",
    "status=OK": "status must be one of SUCCESS, ERROR, BLOCKED",
    "origin=": "origin must be one of real, local, demo, seed",
    "inputTokens=many": "inputTokens must be a whole number",
    "inputTokens=99999999999999999999": "inputTokens must be a whole number",
    "latencyInMs=nan": "latencyInMs must be a number of milliseconds",
    "cost=1e99": "cost must be an amount in USD such as 0.0025",
    "cost=cheap": "cost must be an amount in USD such as 0.0025",
    "isStreamed=yes": "isStreamed must be true or false",
    "createdAt=noon": "createdAt must be a time such as 2026-03-01T12:00:00Z",
    "feature=a\0b": "feature must be a text of at most 300 characters",
    "range=soon": "range must be a number of minutes, hours, days or weeks such as 30m, 24h, 7d or 4w",
    "range=5200w": "range must be at most 3660 days",
    "range=99999999w": "range must be a number of minutes",
    "from=1926-03-01&to=2026-03-01": "from must be at most 3660 days before to",
    "timezone=Mars/Base": "timezone must be an IANA name such as Europe/Berlin",
    "timezone=../etc": "timezone must be an IANA name",
    "timezone=UTC&timezone=UTC": "timezone may be given only once",
    "status.contains=ERR": "There is no filter 'status.contains'; there are status, status.not, status.in",
    "feature.gt=1": "There is no filter 'feature.gt'; there are feature, feature.not, feature.in, feature.contains",
    "isStreamed.empty=true": "There is no filter 'isStreamed.empty'; there are isStreamed",
    "cost.gt=1&cost.gt=2": "cost.gt may be given only once",
    "cost.between=2,1": "cost.between must be two values with a comma between them, the smaller first",
    "cost.between=1": "cost.between must be two values",
    "cost.between=1,2,3": "cost.between must be two values",
    "cost.empty=maybe": "cost.empty must be true or false",
    "user.in=" + ",".join("x" * 501): "user has 501 values; at most 500 are allowed",
    "range=7d&from=2026-01-01": "range and from/to exclude each other",
    "from=yesterday": "from must be a time such as",
    "from=0001-01-01T00:00:00%2B10:00": "from must be a time such as",
    "from=2026-03-02&to=2026-03-01": "from must be before to",
    "q=a&q=b": "q may be given only once",
    "q=" + "x" * 301: "q must be a text of at most 300 characters",
    "&".join(["feature=x"] * 501): "feature has 501 values; at most 500 are allowed",
}


@pytest.mark.parametrize(("query", "message"), REFUSED.items(), ids=[query[:30] for query in REFUSED])
def test_it_refuses_what_is_no_filter(query: str, message: str):
    with pytest.raises(Invalid) as refused:
        parse(parse_qsl(query, keep_blank_values=True), NOON)
    assert refused.value.message.startswith(message)
