"""Reading events: Alice sees hers, an admin sees all, Charlie sees nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.events import queries
from fluxgate_app.events.call import Call
from fluxgate_app.events.columns import COLUMNS, as_json
from fluxgate_app.events.filters import EVERYTHING, parse
from fluxgate_app.events.queries import Page, get_event, list_events, summary
from fluxgate_app.events.store import store
from fluxgate_app.tracking.record import Context, Owner, Status, Usage, User

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOB = Owner("usr_bob", "key_2")
NOBODY = Owner()


def put(database: Database, *calls: Call) -> None:
    with database.writing() as session:
        store(session, calls, "proc_1")


def ids(events: Iterable[queries.EventRow]) -> list[int]:
    return [int(event.tracking_id.removeprefix("evt_")) for event in events]


def pages(session: Session, scope: str | None, limit: int) -> list[Page]:
    found = [list_events(session, scope, EVERYTHING, limit)]
    while found[-1].next_cursor:
        found.append(list_events(session, scope, EVERYTHING, limit, found[-1].next_cursor))
    return found


def test_it_lists_the_newest_events_first(database: Database, make_call):
    put(database, *(make_call(number) for number in (2, 1, 3)))
    with database.reading() as session:
        page = list_events(session, None)
    assert (ids(page.events), page.next_cursor) == ([3, 2, 1], None)


def test_an_owner_sees_their_own_an_admin_all_and_a_stranger_nothing(database: Database, make_call):
    put(database, make_call(1), make_call(2, owner=BOB), make_call(3, owner=NOBODY))
    with database.reading() as session:
        seen = {who: ids(list_events(session, who).events) for who in ("usr_alice", "usr_bob", "usr_charlie", None)}
    assert seen == {"usr_alice": [1], "usr_bob": [2], "usr_charlie": [], None: [3, 2, 1]}


def test_pages_hold_every_event_once_also_when_many_are_of_one_moment(database: Database, make_call):
    put(database, *(make_call(number, created_at=NOON + timedelta(seconds=number // 4)) for number in range(23)))
    with database.reading() as session:
        found = pages(session, None, 5)
    assert [len(page.events) for page in found] == [5, 5, 5, 5, 3]
    assert [number for page in found for number in ids(page.events)] == list(reversed(range(23)))


def test_a_cursor_stays_good_while_events_arrive(database: Database, make_call):
    put(database, *(make_call(number) for number in range(4)))
    with database.reading() as session:
        first = list_events(session, None, EVERYTHING, 2)
    put(database, make_call(9))
    with database.reading() as session:
        assert ids(list_events(session, None, EVERYTHING, 2, first.next_cursor).events) == [1, 0]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_it_refuses_a_limit_out_of_range(database: Database, limit: int):
    with database.reading() as session, pytest.raises(Invalid, match="limit must be 1 to 1000"):
        list_events(session, None, EVERYTHING, limit)


@pytest.mark.parametrize("cursor", ["", "x", "ä", "bm8gdGltZQ", "MjAyNi0wMy0wMQ"])
def test_it_refuses_a_cursor_that_it_has_not_given(database: Database, cursor: str):
    with database.reading() as session, pytest.raises(Invalid, match="cursor must be"):
        list_events(session, None, EVERYTHING, 10, cursor)


def test_an_event_has_the_names_of_the_api(database: Database, make_call):
    put(database, make_call(1))
    with database.reading() as session:
        shown = as_json(list_events(session, None).events[0])
    assert list(shown) == list(COLUMNS)
    assert {"trackingId", "apiKey", "latencyInMs", "cacheWriteTokens", "isStreamed"} < set(shown)
    assert (shown["createdAt"], shown["cost"]) == (NOON + timedelta(seconds=1), Decimal("0.0025"))


def test_one_event_comes_with_everything(database: Database, make_call):
    ann = User("u_1", "Ann", "ann@example.com", monthly_revenue=Decimal(20))
    put(database, make_call(1, context=Context(user=ann, metadata={"tier": 2}), prompt="Why?", answer="So."))
    with database.reading() as session:
        detail = get_event(session, "usr_alice", "evt_000001")
    assert (detail.event.tracking_id, detail.raw_usage) == ("evt_000001", {"prompt_tokens": 1000})
    assert (detail.metadata, detail.prompt, detail.answer) == ({"tier": 2}, "Why?", "So.")
    assert detail.end_user == queries.EndUserRow("u_1", "Ann", "ann@example.com", None, Decimal(20))


def test_one_event_without_more_has_none_of_it(database: Database, make_call):
    put(database, make_call(1, raw_usage=None, user=None))
    with database.reading() as session:
        detail = get_event(session, None, "evt_000001")
    assert (detail.raw_usage, detail.metadata, detail.prompt, detail.answer, detail.end_user) == (None,) * 5


@pytest.mark.parametrize(("scope", "tracking_id"), [("usr_bob", "evt_000001"), (None, "evt_000002"), (None, "")])
def test_another_accounts_event_is_as_unknown_as_one_that_is_not_there(
    database: Database, make_call, scope, tracking_id
):
    put(database, make_call(1))
    with database.reading() as session, pytest.raises(NotFound, match="no event"):
        get_event(session, scope, tracking_id)


def test_it_finds_events_by_their_ids(database: Database, make_call):
    put(database, make_call(1), make_call(2, owner=BOB))
    with database.reading() as session:
        found = queries.find_events(session, "usr_alice", ["evt_000001", "evt_000002", "evt_000003"])
    assert list(found) == ["evt_000001"]


def test_news_are_what_was_stored_since(database: Database, make_call):
    put(database, make_call(5))
    with database.reading() as session:
        before = queries.latest_row_id(session)
        assert queries.events_since(session, None, before).events == ()
    put(database, make_call(1), make_call(2, owner=BOB))
    with database.reading() as session:
        news = queries.events_since(session, "usr_alice", before)
        assert ids(news.events) == [1]
        assert queries.events_since(session, "usr_alice", news.row_id).events == ()


def test_a_late_end_is_news_again(database: Database, make_call):
    put(database, make_call(1, status=Status.INTERRUPTED))
    with database.reading() as session:
        before = queries.latest_row_id(session)
    put(database, make_call(1))
    with database.reading() as session:
        assert [event.status for event in queries.events_since(session, None, before).events] == ["SUCCESS"]


def test_news_that_are_too_many_come_in_parts(database: Database, make_call):
    put(database, *(make_call(number) for number in range(5)))
    with database.reading() as session:
        first = queries.events_since(session, None, 0, EVERYTHING, limit=3)
        rest = queries.events_since(session, None, first.row_id, EVERYTHING, limit=3)
    assert (ids(first.events), ids(rest.events)) == ([0, 1, 2], [3, 4])


@pytest.mark.parametrize("since", [NOON, NOON + timedelta(minutes=30), NOON + timedelta(minutes=59, seconds=1)])
@pytest.mark.parametrize("scope", ["usr_alice", None])
def test_a_summary_adds_up_the_rows(database: Database, make_call, since: datetime, scope: str | None):
    calls = [
        make_call(
            number,
            created_at=NOON + timedelta(minutes=7 * number),
            owner=BOB if number % 3 else Owner("usr_alice"),
            status=Status.ERROR if number % 4 == 0 else Status.SUCCESS,
            cost=None if number % 5 == 0 else Decimal(number) / 1000,
            usage=Usage(number, 2 * number),
        )
        for number in range(30)
    ]
    put(database, *calls)
    seen = [c for c in calls if c.start.created_at >= since and scope in (None, c.start.owner.account)]
    with database.reading() as session:
        found = summary(session, scope, since)
    assert found == queries.Summary(
        requests=len(seen),
        errors=sum(call.end.status is Status.ERROR for call in seen),
        unpriced=sum(call.end.cost is None for call in seen),
        cost=sum((call.end.cost or Decimal(0) for call in seen), Decimal(0)),
        input_tokens=sum(call.end.usage.input_tokens for call in seen),
        output_tokens=sum(call.end.usage.output_tokens for call in seen),
    )


def test_a_summary_of_nothing_is_zero(database: Database):
    with database.reading() as session:
        assert summary(session, None, NOON) == queries.Summary(0, 0, 0, Decimal(0), 0, 0)


def test_filters_narrow_what_the_scope_allows(database: Database, make_call):
    put(database, make_call(1, model="a"), make_call(2, model="a", owner=BOB), make_call(3, model="b"))
    with database.reading() as session:
        page = list_events(session, "usr_alice", parse([("model", "a"), ("account", "usr_bob")], NOON))
        assert page.events == ()
        assert ids(list_events(session, "usr_alice", parse([("model", "a")], NOON)).events) == [1]
