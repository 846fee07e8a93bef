"""Figures equal what one gets by adding up the rows in the plainest way, however they are filtered, grouped and cut."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, product
from math import ceil
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events import store
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.metrics.answer import Metrics, answer
from fluxgate_app.events.metrics.figures import Figures, Percentiles
from fluxgate_app.events.metrics.question import parse

NOW = datetime(2026, 4, 2, 9, 41, 17, tzinfo=UTC)
BERLIN, KOLKATA, KATHMANDU = (ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu"))
FAILURES = {"ERROR", "RATE_LIMITED", "TIMEOUT", "MALFORMED_REQUEST", "INTERRUPTED"}
TOKENS = ("input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens", "audio_tokens")


def row(random: Random, number: int) -> EventRow:
    streamed = random.random() < 0.6
    latency = random.choice([None, random.lognormvariate(6, 1)])
    # Across the change of clocks in Berlin on 29 March.
    at = NOW - timedelta(seconds=random.randrange(12 * 86_400), microseconds=random.randrange(10**6))
    return EventRow(
        row_id=0,
        tracking_id=f"evt_{number:05}",
        created_at=at,
        account=random.choice([None, "usr_alice", "usr_bob"]),
        api_key=random.choice([None, "key_1"]),
        origin=random.choice(["real", "real", "real", "demo"]),
        provider=random.choice(["openai", "anthropic"]),
        endpoint_host=None,
        model=random.choice(["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-6"]),
        model_used=None,
        kind="chat",
        feature=random.choice([None, "chat", "search"]),
        step=random.choice([None, "answer"]),
        user=random.choice([None, "u_1", "u_2", "u_3"]),
        session_id=random.choice([None, "s_1", "s_2"]),
        conversation_id=random.choice([None, "c_1", "c_2"]),
        status=random.choice(["SUCCESS", "SUCCESS", "ERROR", "TIMEOUT", "CANCELLED"]),
        finish_reason=None,
        error_type=None,
        error_message=random.choice([None, "quota is used up"]),
        is_streamed=streamed,
        latency_in_ms=latency,
        streaming_duration_in_ms=random.uniform(60_000, 90_000) if streamed else None,
        **{name: random.choice([None, random.randrange(5000)]) for name in TOKENS},
        tokens_estimated=False,
        cache_write_1h_tokens=None,
        cost=random.choice([None, Decimal(random.randrange(10**12)) / 10**12]),
        cost_source="computed",
        price_version=None,
        attempt=1,
    )


@pytest.fixture
def rows(database: Database) -> list[EventRow]:
    """Twelve days of calls in all shapes, stored."""
    random = Random(7)
    made = [row(random, number) for number in range(500)]
    with database.writing() as session:
        store.add(session, made)
    return made


@pytest.fixture
def ask(database: Database, rows: list[EventRow]) -> Callable[..., Metrics]:
    """`ask("groupBy=model&range=7d")`: the figures, for an admin or for the account given as `scope`."""

    def ask(query: str, scope: str | None = None) -> Metrics:
        pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
        with database.reading() as session:
            return answer(session, scope, parse(pairs, NOW, "UTC"))

    return ask


def must_equal(figures: Figures, rows: list[EventRow]) -> None:
    costs = [each.cost for each in rows if each.cost is not None]
    assert figures.requests == len(rows)
    assert figures.errors == sum(each.status in FAILURES for each in rows)
    assert figures.unpriced == len(rows) - len(costs)
    assert figures.cost == sum(costs, Decimal(0))
    for name in TOKENS:
        assert getattr(figures, name) == sum(getattr(each, name) or 0 for each in rows)
    must_be_percentiles(figures.latency_in_ms, [each.latency_in_ms for each in rows])
    must_be_percentiles(
        figures.duration_in_ms,
        [each.streaming_duration_in_ms if each.is_streamed else each.latency_in_ms for each in rows],
    )
    must_be_percentiles(figures.tokens_per_second, [speed(each) for each in rows])


def speed(each: EventRow) -> float | None:
    if not each.output_tokens or each.latency_in_ms is None or each.streaming_duration_in_ms is None:
        return None
    return each.output_tokens / (each.streaming_duration_in_ms - each.latency_in_ms) * 1000


def must_be_percentiles(found: Percentiles | None, values: list[float | None]) -> None:
    known = sorted(value for value in values if value is not None)
    if not known:
        assert found is None
        return
    assert found is not None
    for share, value in ((0.5, found.p50), (0.95, found.p95), (0.99, found.p99)):
        assert value == pytest.approx(known[max(1, ceil(share * len(known))) - 1], rel=0.02)


def within(rows: list[EventRow], since: datetime, until: datetime) -> list[EventRow]:
    return [each for each in rows if since <= each.created_at < until]


def real(rows: list[EventRow]) -> list[EventRow]:
    return [each for each in rows if each.origin == "real"]


LATE = datetime(9999, 1, 1, tzinfo=UTC)
FILTERS: dict[str, Callable[[EventRow], bool]] = {
    "": lambda each: True,
    "model=gpt-4o&model=gpt-4o-mini": lambda each: each.model.startswith("gpt"),
    "feature.not=chat": lambda each: each.feature != "chat",
    "status=ERROR&provider=openai": lambda each: (each.status, each.provider) == ("ERROR", "openai"),
    "user=u_1": lambda each: each.user == "u_1",
    "user=u_1&model=gpt-4o": lambda each: (each.user, each.model) == ("u_1", "gpt-4o"),
    "account=usr_bob": lambda each: each.account == "usr_bob",
    "conversationId=c_1": lambda each: each.conversation_id == "c_1",
    "q=quota": lambda each: each.error_message is not None,
    "feature.empty=true": lambda each: each.feature is None,
    "feature.empty=false&step.empty=true": lambda each: each.feature is not None and each.step is None,
    "model.contains=MINI": lambda each: "mini" in each.model,
    "latencyInMs.gt=400": lambda each: each.latency_in_ms is not None and each.latency_in_ms > 400,
    "cost.between=0.2,0.5": lambda each: each.cost is not None and 0.2 <= each.cost <= 0.5,
}


def test_totals_are_those_of_the_filtered_rows(ask, rows):
    for written, keeps in FILTERS.items():
        kept = [each for each in real(rows) if keeps(each)]
        must_equal(ask(f"{written}&range=7d").totals, within(kept, NOW - timedelta(days=7), LATE))


@pytest.mark.parametrize("names", ["model", "provider,feature", "step,status", "user", "user,model", "account,origin"])
def test_groups_are_those_of_the_rows_and_add_up_to_the_totals(ask, rows, names):
    found = ask(f"groupBy={names}&range=7d&limit=100&origin=all")
    groups: dict[tuple[str, ...], list[EventRow]] = defaultdict(list)
    for each in within(rows, NOW - timedelta(days=7), LATE):
        groups[tuple(getattr(each, name) or "" for name in names.split(","))].append(each)
    assert {group.key for group in found.groups} == set(groups)
    for group in found.groups:
        must_equal(group.totals, groups[group.key])
    assert sum(group.totals.cost for group in found.groups) == found.totals.cost


def test_conversations_and_sessions_are_groups_too(ask, rows):
    found = ask("groupBy=conversationId,sessionId&range=7d")
    assert sum(group.totals.requests for group in found.groups) == found.totals.requests
    kept = [each for each in real(rows) if (each.conversation_id, each.session_id) == ("c_1", "s_2")]
    group = next(group for group in found.groups if group.key == ("c_1", "s_2"))
    must_equal(group.totals, within(kept, NOW - timedelta(days=7), LATE))


def test_an_account_sees_its_own_alone(ask, rows):
    own = [each for each in rows if each.account == "usr_alice"]
    found = ask("groupBy=user,model&origin=all&range=30d&limit=100", "usr_alice")
    must_equal(found.totals, own)
    assert {group.key for group in found.groups} == {(each.user or "", each.model) for each in own}
    must_equal(ask("origin=all&range=30d&interval=day", "usr_alice").totals, own)
    assert ask("account=usr_bob&range=30d", "usr_alice").totals.requests == 0


def test_only_real_calls_count_unless_asked_for_others(ask, rows):
    demo = [each for each in rows if each.origin == "demo"]
    must_equal(ask("range=30d").totals, real(rows))
    must_equal(ask("range=30d&origin=demo").totals, demo)
    must_equal(ask("range=30d&origin=all").totals, rows)
    must_equal(ask("range=30d&origin.not=real").totals, demo)


def test_beside_it_stands_the_period_of_equal_length_before(ask, rows):
    found = ask("range=4d&compare=previous&groupBy=model")
    since = NOW - timedelta(days=4)
    before = within(real(rows), since - timedelta(days=4), since)
    must_equal(found.previous, before)
    for group in found.groups:
        must_equal(group.previous, [each for each in before if each.model == group.key[0]])


def test_what_is_beyond_the_limit_is_one_group(ask, rows):
    found = ask("range=30d&groupBy=model&limit=1&interval=week")
    costs = {each.model: Decimal(0) for each in rows}
    for each in real(rows):
        costs[each.model] += each.cost or 0
    first = max(costs, key=costs.__getitem__)
    assert [group.key for group in found.groups] == [(first,)]
    assert found.rest.groups == 2
    must_equal(found.rest.totals, [each for each in real(rows) if each.model != first])
    rest = [point.figures for point in found.series if point.key == ()]
    assert sum(figures.requests for figures in rest) == found.rest.totals.requests


def test_what_changed_most_comes_first(ask, rows):
    found = ask("range=4d&compare=previous&groupBy=model&order=change")
    changes = [abs(group.totals.cost - group.previous.cost) for group in found.groups]
    assert changes == sorted(changes, reverse=True)


STARTS: dict[str, Callable[[datetime], datetime]] = {
    "hour": lambda local: local.replace(minute=0, second=0, microsecond=0),
    "day": lambda local: local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0),
}
STARTS["week"] = lambda local: STARTS["day"](local) - timedelta(days=local.weekday())
STARTS["month"] = lambda local: STARTS["day"](local).replace(day=1)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York"])
def test_a_series_is_cut_where_the_clocks_of_a_zone_say(ask, rows, zone):
    for interval, names in product(STARTS, ("", "feature")):
        found = ask(f"range=9d&interval={interval}&timezone={zone}{names and '&limit=100&groupBy='}{names}")
        parts: dict[Any, list[EventRow]] = defaultdict(list)
        for each in within(real(rows), NOW - timedelta(days=9), LATE):
            local = STARTS[interval](each.created_at.astimezone(ZoneInfo(zone)))
            parts[local.astimezone(UTC), (each.feature or "",) if names else None].append(each)
        drawn = {(point.start, point.key): point.figures for point in found.series if point.figures.requests}
        assert set(drawn) == set(parts)
        for place, figures in drawn.items():
            must_equal(figures, parts[place])


def test_a_series_has_an_interval_for_every_day_also_without_calls(ask):
    starts = [point.start for point in ask("from=2026-03-27&to=2026-04-01&interval=day&timezone=Europe/Berlin").series]
    days = [(start.astimezone(BERLIN).day, start.astimezone(BERLIN).hour) for start in starts]
    assert days == [(27, 0), (28, 0), (29, 0), (30, 0), (31, 0)]
    lengths = [(later - earlier) / timedelta(hours=1) for earlier, later in pairwise(starts)]
    assert lengths == [24, 24, 23, 24]


def test_minutes_are_those_of_the_rows(ask, rows):
    found = ask("from=2026-04-01T10:00:30&to=2026-04-01T16:00:10&interval=minute")
    kept = within(real(rows), datetime(2026, 4, 1, 10, 0, 30, tzinfo=UTC), datetime(2026, 4, 1, 16, 0, 10, tzinfo=UTC))
    assert len(found.series) == 361
    assert sum(point.figures.requests for point in found.series) == len(kept) == found.totals.requests > 0


REFUSED = {
    "groupBy=color": "groupBy must be one or two of provider, model",
    "groupBy=model,model": "groupBy must be one or two",
    "groupBy=model,feature,user": "groupBy must be one or two",
    "interval=second": "interval must be minute or hour",
    "timezone=Mars/Olympus": "timezone must be an IANA name",
    "compare=next": "compare must be previous",
    "order=change": "order=change needs compare=previous",
    "limit=0": "limit must be 1 to 100",
    "limit=1&limit=2": "limit may be given only once",
    "to=1970-01-02": "from must be 1970 or later",
    "from=1972-01-01&to=1980-01-01&compare=previous": "compare=previous needs a period of the same length before",
    "range=30d&interval=minute": "interval=minute would give more than 2000",
    "range=90d&groupBy=conversationId": "over at most 31 days",
    "range=90d&user=u_1&model=gpt-4o": "over at most 31 days",
    "color=red": "There is no filter 'color'",
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("written", REFUSED)
def test_it_refuses(database, written):
    pairs = [tuple(pair.split("=", 1)) for pair in written.split("&")]
    with pytest.raises(Invalid, match=REFUSED[written]), database.reading() as session:
        answer(session, None, parse(pairs, NOW, "UTC"))


def test_it_refuses_to_add_up_too_many_single_requests(ask, rows, monkeypatch):
    week = within(real(rows), NOW - timedelta(days=7), LATE)
    monkeypatch.setattr("fluxgate_app.events.metrics.reading.MOST_ROWS", len(rows) // 3)
    with pytest.raises(Invalid, match="of which there are more than"):
        ask("range=7d&groupBy=conversationId")
    # An index tells those of one user from the others.
    some = [each for each in week if each.user == "u_1"]
    assert sum(group.totals.requests for group in ask("range=7d&user=u_1&groupBy=conversationId").groups) == len(some)
    assert ask("range=7d&groupBy=model").totals.requests == len(week)


def test_it_refuses_a_series_of_too_many_points(ask, rows):
    query = "groupBy=user,account&range=83d&interval=hour&origin=all"
    with pytest.raises(Invalid, match="more than 20,000 points: choose a longer interval"):
        ask(f"{query}&limit=100")
    assert len(ask(f"{query}&limit=3").groups) == 3


def test_without_percentiles_all_else_is_the_same(ask, database, rows):
    with_them = ask("groupBy=model&range=9d&interval=day&compare=previous&limit=2")
    pairs = [("groupBy", "model"), ("range", "9d"), ("interval", "day"), ("compare", "previous"), ("limit", "2")]
    with database.reading() as session:
        without = answer(session, None, replace(parse(pairs, NOW, "UTC"), percentiles=False))
    bare = {"latency_in_ms": None, "duration_in_ms": None, "tokens_per_second": None}
    assert without.totals == replace(with_them.totals, **bare)
    assert [group.totals for group in without.groups] == [replace(each.totals, **bare) for each in with_them.groups]
    assert [point.figures for point in without.series] == [replace(each.figures, **bare) for each in with_them.series]
    assert without.rest.totals == replace(with_them.rest.totals, **bare)


def texts(*known: str) -> some.SearchStrategy[list[str]]:
    return some.lists(some.sampled_from([*known, "nobody"]), min_size=1, max_size=2, unique=True)


COMPARED = {
    "account": texts("usr_alice", "usr_bob"),
    "provider": texts("openai", "anthropic"),
    "model": texts("gpt-4o", "gpt-4o-mini", "claude-sonnet-4-6"),
    "feature": texts("chat", "search"),
    "step": texts("answer"),
    "user": texts("u_1", "u_2"),
    "sessionId": texts("s_1"),
}
HOLDS: dict[str, Callable[[str | None, list[str]], bool]] = {
    "": lambda value, wanted: value in wanted,
    "not": lambda value, wanted: value not in wanted,
    "contains": lambda value, wanted: value is not None and any(each in value for each in wanted),
    "empty": lambda value, _: value is None,
}
ONE = some.sampled_from(list(product(COMPARED, HOLDS))).flatmap(
    lambda pair: COMPARED[pair[0]].map(lambda wanted: (*pair, wanted))
)


def written(name: str, operator: str, wanted: list[str]) -> list[str]:
    values = ["true"] if operator == "empty" else wanted
    return [f"{name}.{operator}".removesuffix(".") + f"={value}" for value in values]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=some.lists(ONE, max_size=3, unique_by=lambda one: one[:2]), group=some.sampled_from([*COMPARED, ""]))
def test_whatever_is_filtered_and_grouped_the_figures_are_those_of_the_rows(ask, rows, asked, group):
    known = {("provider", "empty"), ("model", "empty")}
    asked = [each for each in asked if each[:2] not in known]
    query = "&".join(["range=9d&limit=100", *(text for one in asked for text in written(*one))])
    found = ask(f"{query}&groupBy={group}" if group else query)
    kept = [
        each
        for each in within(real(rows), NOW - timedelta(days=9), LATE)
        if all(HOLDS[operator](getattr(each, ATTRIBUTES.get(name, name)), wanted) for name, operator, wanted in asked)
    ]
    must_equal(found.totals, kept)
    parts: dict[Any, list[EventRow]] = defaultdict(list)
    for each in kept:
        parts[(getattr(each, ATTRIBUTES.get(group, group)) or "",) if group else ()].append(each)
    if group:
        assert {each.key for each in found.groups} == set(parts)
    for each in found.groups:
        must_equal(each.totals, parts[each.key])


ATTRIBUTES = {"sessionId": "session_id"}
