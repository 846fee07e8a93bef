"""Downloading recorded calls: the list's filters and owners, as a file."""

import csv
from io import BytesIO, StringIO

import pytest
from pyarrow import parquet

from fluxgate_app.accounts import api_keys

from .conftest import client

PATH = "/api/events/export"


@pytest.fixture(scope="module")
def rita(api):
    return api.person("rita")


@pytest.fixture(scope="module")
def recorded(api, rita) -> list[str]:
    """Two calls of Rita's, newest first."""
    event = {"usage": {"inputTokens": 10, "outputTokens": 1, "model": "gpt-4o", "provider": "openai"}}
    times = ("2026-03-01T12:00:01Z", "2026-03-01T12:00:00Z")
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, rita.account.id, "sender", scopes=["events:write"]).key
    with client(api.url, key) as program:
        sent = [event | {"metadata": {"timestamp": at, "feature": f"f{at[-2]}"}} for at in times]
        answer = program.post("/api/events", json=sent)
    return [result["trackingId"] for result in answer.json()["results"]]


def ids(answer) -> list[str]:
    assert answer.status_code == 200
    return [row["trackingId"] for row in csv.DictReader(StringIO(answer.text))]


def test_the_owner_downloads_a_table(rita, recorded):
    for asking in (rita.by_cookie(), rita.by_key()):
        with asking:
            answer = asking.get(PATH, params={"format": "csv"})
            assert ids(answer) == recorded
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="fluxgate-events-20')


def test_lines_and_parquet_have_the_same_rows(rita, recorded):
    with rita.by_key() as program:
        lines = program.get(PATH, params={"format": "jsonl"}).text.splitlines()
        table = parquet.read_table(BytesIO(program.get(PATH, params={"format": "parquet"}).content))
        listed = program.get("/api/events").text
    assert all(line in listed for line in lines)
    assert table.column("trackingId").to_pylist() == recorded


def test_the_list_s_filters_apply(rita, recorded):
    with rita.by_key() as program:
        assert ids(program.get(PATH, params={"feature": "f1"})) == recorded[:1]
        assert ids(program.get(PATH, params={"to": "2026-03-01T12:00:01Z"})) == recorded[1:]


def test_the_list_s_order_applies(rita, recorded):
    with rita.by_key() as program:
        assert ids(program.get(PATH, params={"sort": "createdAt"})) == recorded[::-1]


def test_an_admin_downloads_everybody_s(root, recorded):
    with root.by_cookie() as browser:
        assert set(recorded) <= set(ids(browser.get(PATH)))


def test_a_stranger_downloads_nothing(mallory, rita, recorded):
    with mallory.by_key() as program:
        assert ids(program.get(PATH, params={"account": rita.account.id})) == []


@pytest.mark.parametrize("query", ["format=xlsx", "format=", "format=csv&format=jsonl", "color=red", "status=FINE"])
def test_a_bad_query_is_refused_with_what_is_allowed(rita, query):
    with rita.by_key() as program:
        answer = program.get(f"{PATH}?{query}")
    assert (answer.status_code, set(answer.json())) == (400, {"error"})


def test_nobody_downloads(nobody):
    assert nobody.get(PATH).status_code == 401


def test_a_key_needs_the_scope(api, rita):
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, rita.account.id, "chat", scopes=["chat"]).key
    with client(api.url, key) as program:
        assert program.get(PATH).status_code == 403
