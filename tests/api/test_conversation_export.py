"""`/api/conversations/{id}/export`: all that was said, as Markdown or JSON, for its owner alone."""

import pytest


@pytest.fixture
def program(alice):
    with alice.by_key() as opened:
        yield opened


@pytest.fixture
def chat(program) -> str:
    """A conversation of Alice's with one question."""
    made = program.post("/api/conversations", json={"title": "TCP: was ist das / wozu?"}).json()["id"]
    program.post(f"/api/conversations/{made}/messages", json={"message": "What is TCP?", "model": "demo-fast"})
    return made


def test_markdown_is_there_to_read(program, chat):
    answer = program.get(f"/api/conversations/{chat}/export")
    said = program.get(f"/api/conversations/{chat}/messages").json()["messages"][1]["content"]
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"TCP-was-ist-das-wozu.md\"; filename*=UTF-8''TCP-was-ist-das-wozu.md"
    )
    assert answer.text == (f"# TCP: was ist das / wozu?\n\n## You\n\nWhat is TCP?\n\n## Assistant\n\n{said}\n")


def test_json_is_what_the_routes_say(program, chat):
    answer = program.get(f"/api/conversations/{chat}/export", params={"format": "json"})
    assert answer.headers["content-type"] == "application/json"
    written = answer.json()
    messages = program.get(f"/api/conversations/{chat}/messages").json()["messages"]
    assert written == program.get(f"/api/conversations/{chat}").json() | {"messages": messages}


def test_one_without_a_title_has_a_name(program):
    made = program.post("/api/conversations").json()["id"]
    answer = program.get(f"/api/conversations/{made}/export")
    assert answer.headers["content-disposition"].endswith("conversation.md")
    assert answer.text == "# New chat\n"


def test_it_refuses_other_formats(program, chat):
    assert program.get(f"/api/conversations/{chat}/export?format=pdf").status_code == 400


def test_a_stranger_gets_nothing(mallory, chat, nobody):
    with mallory.by_key() as stranger:
        assert stranger.get(f"/api/conversations/{chat}/export").status_code == 404
    assert nobody.get(f"/api/conversations/{chat}/export").status_code == 401


def test_the_list_is_searched(api):
    with api.person("quinn").by_key() as quinn:
        here = quinn.post("/api/conversations", json={"title": "A trip to Porto"}).json()
        quinn.post("/api/conversations", json={"title": "Networks"})
        assert quinn.get("/api/conversations?q=porto").json()["conversations"] == [here]
        assert quinn.get("/api/conversations?archived=true").json()["conversations"] == []
        assert quinn.get("/api/conversations?archived=perhaps").status_code == 400
