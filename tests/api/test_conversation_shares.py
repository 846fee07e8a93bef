"""`…/shares` and `/s/<token>`: links that show a conversation to anybody, and nothing beside it."""

import re

import pytest

from .conftest import client


@pytest.fixture
def program(alice):
    with alice.by_key() as opened:
        yield opened


@pytest.fixture
def path(program) -> str:
    """A conversation of Alice's with one question, which the demo provider has answered."""
    made = program.post("/api/conversations", json={"title": "A <b>bold</b> title", "model": "demo-fast"}).json()
    asked = {"message": "What is <i>TCP</i>?", "persona": "support-agent", "system": "The canary sings at noon"}
    assert program.post(f"/api/conversations/{made['id']}/messages", json=asked).status_code == 200
    return f"/api/conversations/{made['id']}"


@pytest.fixture
def stranger(api):
    with client(api.url) as opened:
        yield opened


def test_a_link_is_made_shown_to_a_stranger_listed_and_withdrawn(program, path, stranger):
    answer = program.post(f"{path}/shares", json={"expiresInDays": 7})
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"id", "createdAt", "expiresAt", "path"}
    page = stranger.get(made["path"])
    assert page.status_code == 200
    assert "What is &lt;i&gt;TCP&lt;/i&gt;?" in page.text
    assert "A &lt;b&gt;bold&lt;/b&gt; title" in page.text
    listed = program.get(f"{path}/shares").json()["shares"]
    assert listed == [{name: made[name] for name in ("id", "createdAt", "expiresAt")}]
    assert program.delete(f"{path}/shares/{made['id']}").status_code == 204
    gone = stranger.get(made["path"])
    assert (gone.status_code, "TCP" in gone.text) == (404, False)
    assert program.get(f"{path}/shares").json() == {"shares": []}


def test_it_says_nothing_of_its_owner_its_cost_or_what_the_model_was_told(program, path, stranger, alice):
    said = program.get(f"{path}/messages").json()["messages"]
    page = stranger.get(program.post(f"{path}/shares").json()["path"]).text
    hidden = [alice.account.id, alice.account.email, "support-agent", "canary", "evt_", "$", path.split("/")[-1]]
    hidden += [message["id"] for message in said]
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert [word for word in hidden if word in page] == []


def test_no_robot_keeps_it_and_no_script_runs_in_it(program, path, stranger):
    page = stranger.get(program.post(f"{path}/shares").json()["path"])
    assert page.headers["x-robots-tag"].startswith("noindex")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in page.headers["content-security-policy"]
    assert "<script" not in page.text


def test_a_file_is_a_download_for_whoever_has_the_link_and_nameless(program, path, stranger):
    sent = program.post("/api/attachments", params={"name": "notes.txt"}, content=b"Some notes").json()["id"]
    asked = {"message": "What is in it?", "attachments": [sent]}
    assert program.post(f"{path}/messages", json=asked).status_code == 200
    made = program.post(f"{path}/shares").json()
    page = stranger.get(made["path"])
    assert f'href="{made["path"]}/0" download="notes.txt"' in page.text
    assert sent not in page.text
    file = stranger.get(f"{made['path']}/0")
    assert (file.status_code, file.content) == (200, b"Some notes")
    assert file.headers["content-disposition"] == "attachment; filename=\"notes.txt\"; filename*=UTF-8''notes.txt"
    assert file.headers["x-robots-tag"].startswith("noindex")
    assert stranger.get(f"{made['path']}/1").status_code == 404
    program.delete(f"{path}/shares/{made['id']}")
    assert stranger.get(f"{made['path']}/0").status_code == 404


@pytest.mark.parametrize("token", ["x", "a/b", "%00", "%F0%9F%98%80", "A" * 32])
def test_what_was_never_shared_is_the_same_as_what_was_withdrawn(program, path, stranger, token):
    made = program.post(f"{path}/shares").json()
    program.delete(f"{path}/shares/{made['id']}")
    never, withdrawn = stranger.get(f"/s/{token}"), stranger.get(made["path"])
    assert never.status_code == withdrawn.status_code == 404
    assert never.text == withdrawn.text
    assert never.headers["x-robots-tag"] == withdrawn.headers["x-robots-tag"]


@pytest.mark.parametrize("days", [0, 3651, 1.5, "7", True])
def test_it_refuses_days_that_are_none(program, path, days):
    answer = program.post(f"{path}/shares", json={"expiresInDays": days})
    assert (answer.status_code, answer.json()["error"][:13]) == (400, "expiresInDays")
    assert program.get(f"{path}/shares").json() == {"shares": []}


def test_others_neither_share_nor_see_nor_withdraw_it(program, path, mallory, stranger):
    made = program.post(f"{path}/shares").json()
    with mallory.by_key() as other:
        for who, status in ((other, 404), (stranger, 401)):
            assert who.get(f"{path}/shares").status_code == status
            assert who.post(f"{path}/shares").status_code == status
            assert who.delete(f"{path}/shares/{made['id']}").status_code == status
    assert stranger.get(made["path"]).status_code == 200
