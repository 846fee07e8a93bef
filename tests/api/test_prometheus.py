"""`GET /metrics`: every call ever recorded, for Prometheus, told to admins and to this machine alone."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fluxgate_app.accounts import api_keys

from .conftest import client

EVENT = {
    "provider": "openai",
    "model": "gpt-4o",
    "feature": "prometheus",
    "usage": {"promptTokens": 1000, "completionTokens": 100},
    "performance": {"latency": 820, "status": "SUCCESS", "isStreamed": False},
}
ABROAD = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def recorded(root) -> None:
    with root.by_key() as program:
        for event in (EVENT, EVENT, EVENT | {"performance": {"latency": 90, "status": "ERROR"}}):
            assert program.post("/api/events", json=event).status_code == 201


def samples(text: str, **labels: str) -> dict[str, float]:
    """The values of what has these labels, by name; of several with the same name, their sum."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if labels.items() <= sample.labels.items():
                name = f"{sample.name}{sample.labels.get('kind', '')}{sample.labels.get('le', '')}"
                found[name] = found.get(name, 0) + sample.value
    return found


def test_this_machine_reads_counters_of_all_calls(nobody, recorded):
    answer = nobody.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = samples(answer.text, feature="prometheus", model="gpt-4o")
    assert (found["fluxgate_requests_total"], found["fluxgate_errors_total"]) == (3, 1)
    assert found["fluxgate_cost_usd_total"] == pytest.approx(3 * 0.0035)
    assert found["fluxgate_tokens_totalinput"] == 3000
    whole = samples(answer.text)
    assert whole["fluxgate_database_up"] == 1
    assert whole["fluxgate_open_generations"] == 0
    assert whole["fluxgate_duration_seconds_bucket+Inf"] == whole["fluxgate_duration_seconds_count"] >= 3
    assert whole["fluxgate_duration_seconds_bucket0.1"] < whole["fluxgate_duration_seconds_bucket1.0"]


def test_a_name_with_quotes_and_line_ends_stays_one_label(nobody, root):
    odd = 'a "quoted"\nline \\ with signs'
    with root.by_key() as program:
        program.post("/api/events", json=EVENT | {"feature": odd})
    assert samples(nobody.get("/metrics").text, feature=odd)["fluxgate_requests_total"] == 1


def test_counters_never_fall_when_a_call_is_told_again(nobody, root, recorded):
    def counted(status: str) -> dict[str, Any]:
        return samples(nobody.get("/metrics").text, feature="prometheus", status=status)

    before = counted("ERROR")
    with root.by_key() as program:
        program.post("/api/events", json=EVENT)
    assert counted("ERROR") == before
    assert counted("SUCCESS")["fluxgate_requests_total"] == 3


def test_from_elsewhere_an_admin_s_key_is_needed(nobody, root, alice):
    assert nobody.get("/metrics", headers=ABROAD).status_code == 401
    with alice.by_key() as program, root.by_key() as admins:
        assert program.get("/metrics", headers=ABROAD).status_code == 403
        assert admins.get("/metrics", headers=ABROAD).status_code == 200


def test_a_page_that_was_led_here_is_not_this_machine(nobody):
    assert nobody.get("/metrics", headers={"Host": "evil.example:3000"}).status_code == 401


def test_a_key_without_the_scope_is_refused(api, root):
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, root.account.id, "chats only", scopes=["chat"]).key
    with client(api.url, key) as program:
        assert program.get("/metrics", headers=ABROAD).status_code == 403
