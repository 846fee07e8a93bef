"""Figures over HTTP: whose they are, in which form, and what is refused."""

from decimal import Decimal

import pytest

from fluxgate_app.accounts import api_keys

from .conftest import client

EVENT = {
    "provider": "openai",
    "model": "gpt-4o",
    "feature": "figures",
    "user": {"id": "u_7", "name": "Uma", "monthlyRevenue": 20},
    "usage": {"promptTokens": 1000, "completionTokens": 100, "cacheReadTokens": 800},
    "performance": {"latency": 820, "status": "SUCCESS", "isStreamed": False},
}
ASKED = "/api/metrics?origin=all&feature=figures&groupBy=user,model&interval=day&compare=previous"


@pytest.fixture(scope="module")
def recorded(api, root) -> None:
    """Two calls of an admin's and a failed one."""
    with root.by_key() as program:
        for event in (EVENT, EVENT, EVENT | {"performance": {"latency": 90, "status": "ERROR"}}):
            assert program.post("/api/events", json=event).status_code == 201


def test_an_admin_sees_totals_groups_and_a_series(root, recorded):
    with root.by_cookie() as browser:
        answer = browser.get(ASKED)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["timezone"], found["interval"]) == ("UTC", "day")
    totals = found["totals"]
    assert (totals["requests"], totals["errors"], totals["errorRate"]) == (3, 1, pytest.approx(1 / 3))
    assert (totals["inputTokens"], totals["cachedTokens"], totals["cacheHitRate"]) == (3000, 2400, 0.8)
    assert totals["durationInMs"]["p50"] == pytest.approx(820, rel=0.02)
    assert found["previous"]["requests"] == 0
    assert found["previous"]["errorRate"] is found["previous"]["latencyInMs"] is None
    (group,) = found["groups"]
    assert group["key"] == {"user": "u_7", "model": "gpt-4o"}
    assert group["totals"] == totals
    assert found["other"] is None
    assert sum(point["requests"] for point in found["series"]) == 3


def test_money_is_a_plain_exact_number(root, recorded):
    with root.by_key() as program:
        text = program.get("/api/metrics?origin=all&feature=figures").text
        events = program.get("/api/events?feature=figures").json()["events"]
    assert f'"cost":{sum(Decimal(str(each["cost"])) for each in events).normalize():f},' in text


def test_what_a_user_brings_in_stands_beside_what_they_cost(root, recorded):
    with root.by_key() as program:
        groups = program.get("/api/metrics?origin=all&groupBy=user&feature=figures").json()["groups"]
    assert groups[0]["endUser"] == {"name": "Uma", "monthlyRevenue": 20}


def test_a_stranger_sees_nothing_of_it(api, recorded):
    stranger = api.person("stranger-to-metrics")
    with stranger.by_cookie() as browser, stranger.by_key() as program:
        for asking in (browser, program):
            found = asking.get("/api/metrics?origin=all&groupBy=user").json()
            assert found["totals"]["requests"] == 0
            assert found["groups"] == []


def test_nobody_is_asked_who_they_are(nobody):
    assert nobody.get("/api/metrics").status_code == 401


def test_a_key_without_the_scope_is_refused(api, root):
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, root.account.id, "chats only", scopes=["chat"]).key
    with client(api.url, key) as program:
        answer = program.get("/api/metrics")
    assert (answer.status_code, answer.json()) == (403, {"error": "Forbidden"})


@pytest.mark.parametrize("query", ["groupBy=color", "interval=second", "timezone=Mars", "range=90d&q=x", "color=red"])
def test_what_cannot_be_asked_is_refused_in_words(root, query):
    with root.by_key() as program:
        answer = program.get(f"/api/metrics?{query}")
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 20
