"""Pages in any order hold every event once, also those of a search that stops early."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events import search, sorting
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.filters import Filters, parse
from fluxgate_app.events.queries import Page, list_events
from fluxgate_app.events.search import Effort
from fluxgate_app.events.store import store
from fluxgate_app.events.tables import EVENTS
from fluxgate_app.tracking.record import CostSource, Owner, Status, Usage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALL = 80
# So small that every search stops many times.
HASTY = Effort(first=7, longest=7, seconds=0, sorted=30)
THOROUGH = Effort(first=7, longest=20, seconds=60, sorted=1000)


@pytest.fixture
def filled(database: Database, make_call) -> Database:
    """Eighty events, many of one moment, one price or none."""
    random, statuses = Random(3), [Status.SUCCESS, Status.ERROR, Status.TIMEOUT]
    calls = [
        make_call(
            number,
            created_at=NOON + timedelta(seconds=number // 3),
            owner=Owner(random.choice(["usr_alice", "usr_bob"]), "key_1"),
            status=statuses[number % 3],
            user=f"u_{number % 5}",
            feature=random.choice([None, "chat", "rare"]),
            error_message="needle" if number == 4 else None,
            is_streamed=number % 2 == 0,
            latency_in_ms=random.choice([None, 0.1, 120.25, 7.0]),
            streaming_duration_in_ms=random.choice([None, 3000.5]) if number % 2 == 0 else None,
            usage=Usage(random.choice([None, 5, 2**31 - 1]), random.choice([1, 2**31 - 1])),
            cost=(cost := random.choice([None, Decimal(0), Decimal("0.000000000001"), Decimal(3)])),
            cost_source=CostSource.UNPRICED if cost is None else CostSource.COMPUTED,
        )
        for number in range(ALL)
    ]
    with database.writing() as session:
        store(session, calls, "proc_1")
    return database


def filters(*pairs: tuple[str, str]) -> Filters:
    return parse(pairs, NOON + timedelta(days=1))


def pages(
    database: Database, wanted: Filters, sort: str = "", effort: Effort = THOROUGH, scope: str | None = None
) -> list[Page]:
    found: list[Page] = []
    while not found or found[-1].next_cursor:
        cursor = found[-1].next_cursor if found else None
        with database.reading() as session:
            how = {"sort": sorting.parse(sort), "limit": 4, "cursor": cursor, "effort": effort}
            # Not by the index of texts, which another test may have left.
            found.append(search.find(search.prepare(session, scope, wanted, **how)))
    return found


def ids(found: list[Page]) -> list[str]:
    return [event.tracking_id for page in found for event in page.events]


def everything(database: Database) -> list[EventRow]:
    with database.reading() as session:
        return list(list_events(session, None, limit=1000).events)


def in_order(events: list[EventRow], sort: sorting.Sort) -> list[str]:
    """As Python sorts them: by id, then by key, unknown last."""
    by_id = sorted(events, key=lambda event: event.tracking_id, reverse=sort.descending)
    known = [event for event in by_id if sort.key.of(event) is not None]
    unknown = [event for event in by_id if sort.key.of(event) is None]
    return [event.tracking_id for event in [*sorted(known, key=sort.key.of, reverse=sort.descending), *unknown]]


@pytest.mark.parametrize("sort", sorting.ALLOWED)
def test_pages_in_any_order_hold_every_event_once(filled, sort):
    found = pages(filled, filters(), sort)
    assert ids(found) == in_order(everything(filled), sorting.parse(sort))
    assert all(page.searched_back_to is None for page in found)


@pytest.mark.parametrize("sort", sorting.ALLOWED)
def test_a_search_that_stops_early_goes_on_until_it_has_found_all(filled, sort):
    found = pages(filled, filters(("feature.contains", "rare")), sort, HASTY)
    assert sorted(ids(found)) == sorted(event.tracking_id for event in everything(filled) if event.feature == "rare")
    assert any(page.searched_back_to for page in found)
    assert found[-1].next_cursor is None


def test_a_search_says_how_far_it_has_come(filled):
    first, *rest = pages(filled, filters(("errorMessage", "needle")), effort=HASTY)
    assert first.events == ()
    assert first.searched_back_to is not None
    assert first.searched_back_to < NOON + timedelta(seconds=ALL // 3)
    assert ids(rest) == ["evt_000004"]


def test_each_sorted_stretch_is_in_order(filled):
    found = pages(filled, filters(), "-cost", HASTY)
    stretches: dict[datetime | None, list[EventRow]] = {}
    for page in found:
        stretches.setdefault(page.searched_back_to, []).extend(page.events)
    assert len(stretches) == 3
    for events in stretches.values():
        assert [event.tracking_id for event in events] == in_order(events, sorting.parse("-cost"))


ASKED = [
    [("user", "u_1")],
    [("user", "u_1"), ("user", "u_3"), ("status", "ERROR"), ("status", "TIMEOUT")],
    [("feature", "rare"), ("model", "gpt-4o"), ("provider", "openai"), ("status", "SUCCESS")],
    [("model", "unknown"), ("user", "u_1")],
    [("user", f"u_{number}") for number in range(30)],
    [("from", "2026-03-01T12:00:05"), ("to", "2026-03-01T12:00:20"), ("status", "ERROR"), ("user.not", "u_2")],
]


@pytest.mark.parametrize("pairs", ASKED, ids=str)
@pytest.mark.parametrize("sort", ["", "createdAt", "cost"])
@pytest.mark.parametrize("scope", [None, "usr_alice"])
def test_what_is_found_by_an_index_is_all_there_is(filled, pairs, sort, scope):
    wanted = filters(*pairs)
    with filled.reading() as session:
        query = select(EVENTS.c.tracking_id).where(*wanted.clauses, *([EVENTS.c.account == scope] if scope else []))
        expected = set(session.connection().execute(query).scalars())
    found = ids(pages(filled, wanted, sort, scope=scope))
    assert (set(found), len(found)) == (expected, len(expected))


def test_it_refuses_a_cursor_of_another_order(filled):
    with filled.reading() as session:
        cursor = list_events(session, None, limit=3).next_cursor
        with pytest.raises(Invalid, match="with the same sort"):
            list_events(session, None, limit=3, cursor=cursor, sort=sorting.parse("cost"))


def test_it_refuses_an_order_that_there_is_not():
    with pytest.raises(Invalid, match="sort must be one of -createdAt, createdAt, -cost, cost, -latency"):
        sorting.parse("colour")
