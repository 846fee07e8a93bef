"""Recorded calls over HTTP: whose they are, filtered, page by page, one with everything."""

import httpx2
import pytest

from fluxgate_app.accounts import api_keys
from fluxgate_app.events.columns import COLUMNS

from .conftest import client

QUESTION = {"message": "What is a token?", "model": "demo-fast"}


@pytest.fixture(scope="module")
def recorded(api, alice) -> list[str]:
    """Three calls of Alice's, oldest first."""
    with alice.by_key() as program:
        answers = [
            program.post("/api/chat", json=QUESTION | {"feature": f"feature-{number}", "metadata": {"n": number}})
            for number in range(3)
        ]
    assert api.wiring.recorder.flush()
    return [answer.headers["x-fluxgate-tracking-id"] for answer in answers]


def ids(asking: httpx2.Client, path: str = "/api/events?limit=1000") -> list[str]:
    answer = asking.get(path)
    assert answer.status_code == 200
    return [event["trackingId"] for event in answer.json()["events"]]


def test_the_owner_finds_them_newest_first(alice, recorded):
    for asking in (alice.by_cookie(), alice.by_key()):
        with asking:
            found = ids(asking)
            assert found[:3] == recorded[::-1]
            assert found == sorted(found, reverse=True)


def test_an_admin_finds_everybody_s(root, recorded):
    with root.by_cookie() as browser:
        assert set(recorded) <= set(ids(browser))
        assert browser.get(f"/api/events/{recorded[0]}").status_code == 200


def test_a_stranger_finds_nothing(mallory, recorded):
    with mallory.by_cookie() as browser, mallory.by_key() as program:
        assert ids(browser) == ids(program) == []


def test_another_s_event_is_not_found_as_if_it_did_not_exist(mallory, recorded):
    with mallory.by_key() as program:
        theirs, none = program.get(f"/api/events/{recorded[0]}"), program.get("/api/events/evt_0")
    assert theirs.status_code == none.status_code == 404
    assert theirs.json()["error"].replace(recorded[0], "") == none.json()["error"].replace("evt_0", "")


def test_a_stranger_s_filters_and_cursors_open_nothing(alice, mallory, recorded):
    with alice.by_key() as program:
        cursor = program.get("/api/events?limit=1").json()["nextCursor"]
    with mallory.by_key() as program:
        assert ids(program, f"/api/events?account={alice.account.id}") == []
        assert ids(program, f"/api/events?cursor={cursor}") == []


def test_an_event_has_every_field_of_the_specification(alice, recorded):
    with alice.by_key() as program:
        listed = program.get("/api/events?limit=1").json()["events"][0]
        alone = program.get(f"/api/events/{recorded[-1]}").json()
    assert set(listed) == set(COLUMNS)
    assert set(alone) == {*COLUMNS, "rawUsage", "metadata"}
    assert listed == {name: alone[name] for name in COLUMNS}
    assert alone["metadata"] == {"n": 2}
    assert alone["rawUsage"]["prompt_tokens"] == alone["inputTokens"]
    assert alone["account"] == alice.account.id
    assert alone["createdAt"].endswith("Z")
    assert (alone["model"], alone["origin"], alone["status"]) == ("demo-fast", "demo", "SUCCESS")


def test_pages_follow_each_other_without_gap_or_repetition(alice, recorded):
    with alice.by_key() as program:
        everything = ids(program)
        paged, cursor = [], ""
        while cursor is not None:
            page = program.get("/api/events", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
            paged += [event["trackingId"] for event in page["events"]]
            cursor = page["nextCursor"]
    assert paged == everything


def test_filters_come_straight_from_the_query(alice, recorded):
    with alice.by_key() as program:
        assert ids(program, "/api/events?feature=feature-1") == [recorded[1]]
        assert ids(program, "/api/events?feature=feature-1&feature=feature-2&status=SUCCESS") == recorded[:0:-1]
        assert ids(program, f"/api/events?q={recorded[0]}&range=1h") == [recorded[0]]


def test_operators_and_order_come_from_the_query_too(alice, recorded):
    with alice.by_key() as program:
        assert ids(program, "/api/events?feature.contains=EATURE-&sort=createdAt") == recorded
        assert ids(program, "/api/events?feature.in=feature-0,feature-2&range=today&timezone=UTC") == recorded[::-2]
        assert ids(program, "/api/events?feature.contains=feature-&inputTokens.between=1,0999999") == recorded[::-1]
        by_latency = program.get("/api/events?feature.contains=feature-&sort=latency").json()["events"]
        page = program.get("/api/events?limit=2&sort=latency&feature.contains=feature-").json()
    assert [event["latencyInMs"] for event in by_latency] == sorted(event["latencyInMs"] for event in by_latency)
    assert [event["trackingId"] for event in page["events"]] == [event["trackingId"] for event in by_latency[:2]]
    assert set(page) == {"events", "nextCursor"}


@pytest.mark.parametrize(
    "query",
    [
        "sort=colour",
        "cost.gt=much",
        "timezone=Mars",
        "range=100y",
        "status.contains=E",
        "limit=0",
        "limit=1001",
        "limit=-1",
        "limit=many",
        "limit=²",
        "cursor=x",
        "color=red",
        "status=FINE",
        "q=%00",
        "range=36525d",
        "from=1900-01-01&to=2000-01-01",
        "from=9999-12-31T23:59:59-12:00",
        "status=ERROR&status.in=SUCCESS,FINE",
        "&".join(f"model={number}" for number in range(5_000)),
        "model.in=" + ",".join(map(str, range(10_000))),
    ],
    ids=lambda query: query[:40],
)
def test_a_bad_query_is_refused_with_what_is_allowed(alice, query):
    with alice.by_key() as program:
        answer = program.get(f"/api/events?{query}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("tracking_id", ["evt_0", "x" * 1000, "%00", "%F0%9F%98%80", "%2F"])
def test_an_unknown_event_is_not_found(alice, tracking_id):
    with alice.by_key() as program:
        answer = program.get(f"/api/events/{tracking_id}")
    assert answer.status_code == 404
    assert answer.json()["error"]


@pytest.mark.parametrize("path", ["/api/events", "/api/events/evt_0"])
def test_nobody_may_read(nobody, path):
    answer = nobody.get(path)
    assert answer.status_code == 401
    assert answer.json() == {"error": "Unauthorized"}


@pytest.mark.parametrize(("scope", "status"), [("events:read", 200), ("chat", 403)])
def test_a_key_needs_the_scope_to_read(api, alice, scope, status):
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, alice.account.id, scope, scopes=[scope]).key
    with client(api.url, key) as program:
        assert program.get("/api/events").status_code == status


def test_tokens_that_are_cached_for_an_hour_have_the_name_that_senders_give_them(alice):
    with alice.by_key() as program:
        events = program.get("/api/events?cacheWrite1hTokens=5").json()["events"]
    assert events == []
