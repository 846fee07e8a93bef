"""Alerts, rules and their webhook, for admins alone."""

import pytest

from fluxgate_app.events.alerts import told
from fluxgate_app.events.alerts.findings import Finding
from fluxgate_app.models import AlertKind


@pytest.fixture
def browser(root):
    with root.by_cookie() as opened:
        yield opened


def test_a_rule_is_added_listed_and_removed(browser):
    wanted = {"kind": "errorRate", "threshold": 2.5, "windowMinutes": 30}
    made = browser.post("/api/alerts/rules", json=wanted)
    assert made.status_code == 201
    assert wanted.items() <= made.json().items()
    assert browser.get("/api/alerts/rules").json()["rules"] == [made.json()]
    assert browser.delete(f"/api/alerts/rules/{made.json()['id']}").status_code == 204
    assert browser.get("/api/alerts/rules").json()["rules"] == []
    assert browser.delete(f"/api/alerts/rules/{made.json()['id']}").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"kind": "budget"}, {"kind": "x"}, {"threshold": -1}, {"windowMinutes": 4}, {"windowMinutes": 99_999}]
)
def test_it_refuses_what_is_no_rule(browser, wrong):
    wanted = {"kind": "spend", "threshold": 1, "windowMinutes": 60} | wrong
    assert browser.post("/api/alerts/rules", json=wanted).status_code == 400
    assert browser.get("/api/alerts/rules").json()["rules"] == []


def test_the_webhook_s_secret_is_told_once_and_changes_with_the_address(browser):
    urls = ("https://a.example/x", "https://b.example/x")
    first, second = (browser.put("/api/alerts/webhook", json={"url": url}).json() for url in urls)
    assert len(first["secret"]) == 64
    assert first["secret"] != second["secret"]
    assert second["url"] == "https://b.example/x"
    assert browser.put("/api/alerts/webhook", json={"url": ""}).json() == {"url": "", "secret": ""}
    assert browser.put("/api/alerts/webhook", json={"url": "file:///etc/passwd"}).status_code == 400


def test_what_was_told_is_listed_and_acknowledged(api, browser):

    with api.wiring.db.writing() as session:
        findings = [Finding(f"occasion {n}", AlertKind.SPEND, f"${n} were spent.") for n in (1, 2)]
        told.keep(session, findings, sends=False)
    found = browser.get("/api/alerts").json()
    assert found["unacknowledged"] == 2
    one = found["alerts"][0]
    assert (one["kind"], one["attempts"], one["deliveredAt"]) == ("spend", 0, None)
    assert browser.post("/api/alerts/acknowledge", json={"ids": [one["id"]]}).status_code == 204
    assert browser.get("/api/alerts").json()["unacknowledged"] == 1
    assert browser.post("/api/alerts/acknowledge", json={}).status_code == 204
    assert browser.get("/api/alerts").json()["unacknowledged"] == 0


def test_nobody_but_an_admin_in_a_browser_has_any_of_it(alice, root):
    with alice.by_cookie() as person, root.by_key() as program:
        for who, status in ((person, 403), (program, 401)):
            assert who.get("/api/alerts").status_code == status
            assert who.get("/api/alerts/rules").status_code == status
            assert who.post("/api/alerts/acknowledge", json={}).status_code == status
            assert who.put("/api/alerts/webhook", json={"url": ""}).status_code == status
