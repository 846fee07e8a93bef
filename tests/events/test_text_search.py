"""What holds a text is found by the index of texts as it is without, however far that has come."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.events import search, sorting, text_index, text_search, trigrams
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.filters import SEARCHED, Filters, parse
from fluxgate_app.events.prune import Ages, prune
from fluxgate_app.events.queries import Page, list_events
from fluxgate_app.events.search import USUAL, Effort
from fluxgate_app.events.store import store
from fluxgate_app.models import EventBlock
from fluxgate_app.tracking.record import Context, Owner, Status

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# As many as make four blocks, and some that are in none.
ALL = 4 * text_index.SIZE + 20
MESSAGES = (
    "Rate limit reached",
    "Zeitüberschreitung beim Lesen",
    "モデルが見つかりません",
    '100 % of "quota_used"',
    None,
)
HASTY = Effort(first=7, longest=7, seconds=0, sorted=30)


@pytest.fixture
def filled(database: Database, make_call, monkeypatch) -> Database:
    """Events of many days, stored in no order of time; all but the newest are in blocks."""
    # No other index gives so little that it is read instead.
    monkeypatch.setattr(search.Search, "is_shorter_than", lambda *_: False)
    random = Random(5)
    calls = [
        make_call(
            number,
            created_at=NOON - timedelta(minutes=random.randrange(100_000)),
            owner=Owner(random.choice(["usr_alice", "usr_bob"]), "key_1"),
            context=Context(feature=random.choice(["chat", "search"]), session_id=f"ses_{random.getrandbits(60):015x}"),
            status=Status.ERROR,
            error_message=random.choice([*MESSAGES, *[None] * 20]),
        )
        for number in range(ALL)
    ]
    put(database, calls)
    text_index.catch_up(database)
    return database


def put(database: Database, calls: list) -> None:
    with database.writing() as session:
        store(session, calls, "proc_1")


def filters(*pairs: tuple[str, str]) -> Filters:
    return parse(pairs, NOON + timedelta(days=1))


def pages(database: Database, wanted: Filters, effort: Effort = USUAL, **changes) -> list[Page]:
    asked = {"scope": None, "sort": sorting.NEWEST_FIRST} | changes
    found: list[Page] = []
    with database.reading() as session:
        while not found or found[-1].next_cursor:
            cursor = found[-1].next_cursor if found else None
            how = {"sort": asked["sort"], "limit": 4, "cursor": cursor, "effort": effort}
            page = text_search.find(search.prepare(session, asked["scope"], wanted, **how))
            assert page is not None
            found.append(page)
    return found


def ids(found: list[Page]) -> list[str]:
    return [event.tracking_id for page in found for event in page.events]


def everything(database: Database, scope: str | None = None) -> list[EventRow]:
    with database.reading() as session:
        return list(list_events(session, scope, limit=1000).events)


def holds(event: EventRow, text: str) -> bool:
    return any(text.lower() in (getattr(event, name) or "").lower() for name in SEARCHED)


TEXTS = ("rate LIMIT", "00017", "zeitÜBER", "見つか", '% of "quota_u', "ses_0", "nothing like it", "evt_0000")


@pytest.mark.parametrize("sort", ["-createdAt", "createdAt"])
@pytest.mark.parametrize("scope", [None, "usr_alice"])
@pytest.mark.parametrize("effort", [USUAL, HASTY], ids=["usual", "hasty"])
def test_it_finds_what_python_finds(filled, sort, scope, effort):
    events = everything(filled, scope)
    for text in TEXTS:
        found = pages(filled, filters(("q", text)), effort, scope=scope, sort=sorting.parse(sort))
        expected = [event.tracking_id for event in events if holds(event, text)]
        assert ids(found) == (expected if sort.startswith("-") else expected[::-1])


def test_it_keeps_to_the_other_filters(filled):
    since = NOON - timedelta(minutes=50_000)
    asked = ("errorMessage.contains", "limit"), ("errorMessage.contains", "見つか"), ("feature", "chat")
    found = pages(filled, filters(*asked, ("sessionId.contains", "ses_"), ("from", since.isoformat())))
    expected = [
        event.tracking_id
        for event in everything(filled)
        if event.error_message in {MESSAGES[0], MESSAGES[2]} and event.feature == "chat" and event.created_at >= since
    ]
    assert ids(found) == expected
    assert expected


def test_what_is_not_in_a_block_yet_is_found(filled, make_call):
    put(filled, [make_call(ALL + 1, error_message="quite another trouble")])
    assert ids(pages(filled, filters(("q", "another trouble")))) == [f"evt_{ALL + 1:06}"]


def test_a_call_whose_end_came_late_is_found_once(filled, make_call):
    event = next(event for event in everything(filled) if event.account == "usr_alice")
    number = int(event.tracking_id.removeprefix("evt_"))
    put(filled, [make_call(number, error_message="quite another trouble")])
    assert ids(pages(filled, filters(("q", event.tracking_id)))) == [event.tracking_id]
    assert ids(pages(filled, filters(("errorMessage.contains", "another trouble")))) == [event.tracking_id]


def test_it_reads_only_the_blocks_that_may_hold_the_text(filled):
    with filled.reading() as session:
        assert trigrams.count(session, [("evt_000070",)], 10) == 1
        assert trigrams.count(session, [("evt_000070", "evt_000150")], 10) == 2
        assert trigrams.count(session, [("evt_",)], 10) == 4
        assert trigrams.count(session, [("nothing like it",)], 10) == 0


def test_short_texts_are_looked_for_in_the_events(filled):
    with filled.reading() as session:
        wanted = filters(("q", "42"))
        assert text_search.find(search.prepare(session, None, wanted)) is None
        assert ids([list_events(session, None, wanted)]) == [
            e.tracking_id for e in everything(filled) if holds(e, "42")
        ]


def test_prompts_and_answers_that_are_kept_are_found_too(filled, make_call):
    put(filled, [make_call(ALL + 1, prompt="What is a needle?", answer="Thin.")])
    with filled.reading() as session:
        assert ids([list_events(session, None, filters(("q", "NEEDLE")))]) == [f"evt_{ALL + 1:06}"]


def may_hold(database: Database, text: str) -> int:
    with database.reading() as session:
        return trigrams.count(session, [(text,)], 10)


def blocks(database: Database) -> list[EventBlock]:
    with database.reading() as session:
        return list(session.exec(select(EventBlock).order_by(EventBlock.id)))


def test_the_index_forgets_what_is_deleted_by_its_age(database, make_call):
    old = [make_call(number, created_at=NOON, error_message="a secret of old") for number in range(100)]
    new = [make_call(number, created_at=NOON + timedelta(days=20)) for number in range(100, 200)]
    put(database, [*old, *new])
    text_index.catch_up(database)
    indexed = len(blocks(database))
    assert may_hold(database, "secret of old") > 1
    prune(database, Ages(requests=7), NOON + timedelta(days=20))
    assert may_hold(database, "secret of old") == may_hold(database, "evt_000040") == 0
    assert may_hold(database, "evt_000130") == 1
    kept = blocks(database)
    assert len(kept) < indexed
    assert all(block.since == NOON + timedelta(days=20) for block in kept)
    assert ids(pages(database, filters(("q", "evt_000130")))) == ["evt_000130"]


def test_the_index_forgets_what_was_replaced(filled, make_call):
    event = next(event for event in everything(filled) if event.account == "usr_alice" and event.error_message is None)
    number = int(event.tracking_id.removeprefix("evt_"))
    assert may_hold(filled, event.tracking_id) == 1
    put(filled, [make_call(number)])
    assert may_hold(filled, event.tracking_id) == 0


def test_it_can_be_made_again(filled):
    assert text_index.rebuild(filled) == len(blocks(filled)) * text_index.SIZE > 0
    assert ids(pages(filled, filters(("q", "evt_000070")))) == ["evt_000070"]


def test_without_an_index_everything_is_found_all_the_same(database, make_call):
    put(database, [make_call(number) for number in range(80)])
    with database.reading() as session:
        assert ids([list_events(session, None, filters(("q", "evt_000070")))]) == ["evt_000070"]


def test_where_another_index_gives_fewer_events_than_the_blocks_hold_it_is_read_instead(database: Database, make_call):
    rare = range(0, ALL, 50)
    put(database, [make_call(number, user="u_rare" if number in rare else "u_often") for number in range(ALL)])
    text_index.catch_up(database)
    asked, of_rare = ("feature.contains", "cha"), ("user", "u_rare")
    with database.reading() as session:
        by_blocks = text_search.find(search.prepare(session, None, filters(asked), limit=ALL))
        assert by_blocks and len(by_blocks.events) == ALL
        assert text_search.find(search.prepare(session, None, filters(asked, of_rare))) is None
        assert len(list_events(session, None, filters(asked, of_rare)).events) == len(rare)
