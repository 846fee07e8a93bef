"""Sending events over HTTP: who may, what is answered, and that nothing answered is lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fluxgate_app.accounts import api_keys

from .conftest import Person, client

PATH = "/api/events"
EVENT: dict[str, Any] = {
    "usage": {"inputTokens": 1000, "outputTokens": 100, "model": "gpt-4o", "provider": "openai", "latencyInMs": 820},
    "metadata": {"feature": "ingested", "user": "u_1"},
}


@pytest.fixture(scope="module")
def make_key(api):
    def make(person: Person, *scopes: str) -> str:
        with api.wiring.db.writing() as session:
            return api_keys.create(session, person.account.id, "sender", scopes=scopes or None).key

    return make


@pytest.fixture(scope="module")
def sam(api):
    return api.person("sam")


@pytest.fixture(scope="module")
def sams(api, sam, make_key):
    """Sam's program, whose key an admin granted the scope."""
    with client(api.url, make_key(sam, "events:write", "events:read")) as program:
        yield program


def test_an_event_that_was_answered_can_be_read_at_once(sam, sams):
    answer = sams.post(PATH, json=EVENT)
    assert answer.status_code == 201
    event = sams.get(f"{PATH}/{answer.json()['trackingId']}").json()
    assert (event["account"], event["feature"], event["origin"]) == (sam.account.id, "ingested", "real")
    assert event["apiKey"].startswith("key_")
    assert event["cost"] == answer.json()["cost"] == 0.0035


def test_account_and_key_in_the_body_mean_nothing(sam, mallory, sams):
    forged = EVENT | {"account": mallory.account.id, "apiKey": "key_0", "origin": "seed"}
    event = sams.get(f"{PATH}/{sams.post(PATH, json=forged).json()['id']}").json()
    assert (event["account"], event["origin"]) == (sam.account.id, "real")


def test_a_list_is_answered_by_index(sams):
    answer = sams.post(PATH, json=[EVENT, {}, EVENT])
    assert answer.status_code == 201
    assert [("error" in result, result["index"]) for result in answer.json()["results"]] == [
        (False, 0),
        (True, 1),
        (False, 2),
    ]


def test_a_list_without_any_good_event_is_a_400(sams):
    answer = sams.post(PATH, json=[{}, 7])
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("body", [{}, [], [EVENT] * 1001, "text", EVENT | {"status": "FINE"}])
def test_what_is_no_event_is_a_400(sams, body):
    answer = sams.post(PATH, json=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


def test_a_body_over_a_megabyte_is_refused(sams):
    assert sams.post(PATH, json=EVENT | {"more": "x" * 2**20}).status_code == 413


def test_a_retry_gets_the_first_answer_and_another_body_a_409(sams):
    headers = {"Idempotency-Key": "try-1"}
    first, again = (sams.post(PATH, json=EVENT, headers=headers) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    other = sams.post(PATH, json=EVENT | {"status": "ERROR"}, headers=headers)
    assert (other.status_code, set(other.json())) == (409, {"error"})


def test_the_tracking_id_of_another_account_is_a_409(root, sams):
    theirs = sams.post(PATH, json=EVENT).json()["trackingId"]
    with root.by_key() as program:
        assert program.post(PATH, json=EVENT | {"id": theirs}).status_code == 409


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_an_idempotency_key_has_a_length(sams, key):
    assert sams.post(PATH, json=EVENT, headers={"Idempotency-Key": key}).status_code == 400


def test_an_admin_s_key_without_scopes_may_send(root):
    with root.by_key() as program:
        assert program.post(PATH, json=EVENT).status_code == 201


@pytest.mark.parametrize("scopes", [(), ("chat",), ("events:read",)])
def test_a_key_that_no_admin_granted_it_is_forbidden(api, mallory, make_key, scopes):
    with client(api.url, make_key(mallory, *scopes)) as program:
        answer = program.post(PATH, json=EVENT)
    assert (answer.status_code, answer.json()) == (403, {"error": "Forbidden"})


def test_a_cookie_is_no_key(root):
    with root.by_cookie() as browser:
        assert browser.post(PATH, json=EVENT).status_code == 401


def test_nobody_may_send(nobody):
    answer = nobody.post(PATH, content="{")
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})


def test_two_hundred_writers_at_once_lose_nothing(api, sam, make_key):
    key = make_key(sam, "events:write", "events:read")

    def write(number: int) -> list[str]:
        with client(api.url, key, timeout=60) as program:
            one = program.post(PATH, json=EVENT | {"metadata": {"feature": "crowd"}})
            more = program.post(PATH, json=[EVENT | {"metadata": {"feature": "crowd"}}] * 2)
        assert (one.status_code, more.status_code) == (201, 201)
        return [answer["trackingId"] for answer in (one.json(), *more.json()["results"])]

    with ThreadPoolExecutor(200) as threads:
        sent = [tracking_id for written in threads.map(write, range(200)) for tracking_id in written]
    with client(api.url, key) as program:
        found = program.get(PATH, params={"feature": "crowd", "limit": 1000}).json()["events"]
    assert sorted(sent) == sorted(event["trackingId"] for event in found)
    assert len(set(sent)) == 600
