"""`/api/attachments`: a file is brought, sent with a question, fetched as a download by its owner alone."""

import pytest

from ..pictures import PNG

MIB = 1024 * 1024


@pytest.fixture
def program(alice):
    with alice.by_key() as opened:
        yield opened


def bring(program, content: bytes = b"Buy milk", name: str = "notes.txt"):
    return program.post("/api/attachments", params={"name": name}, content=content)


def test_a_file_is_brought_and_fetched_as_a_download(program):
    brought = bring(program, name="Grüße.txt")
    assert brought.status_code == 201
    told = brought.json()
    assert (told["name"], told["mediaType"], told["size"]) == ("Grüße.txt", "text/plain", 8)
    fetched = program.get(f"/api/attachments/{told['id']}")
    assert fetched.content == b"Buy milk"
    assert fetched.headers["content-type"].startswith("text/plain")
    assert fetched.headers["content-disposition"] == (
        "attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt"
    )


def test_it_goes_with_a_question_and_is_told_with_it(program):
    file = bring(program, PNG, "dot.png").json()
    chat = program.post("/api/conversations").json()["id"]
    body = {"message": "What is this?", "model": "demo-fast", "attachments": [file["id"]]}
    assert program.post(f"/api/conversations/{chat}/messages", json=body).status_code == 200
    question, answer = program.get(f"/api/conversations/{chat}/messages").json()["messages"]
    assert question["attachments"] == [file]
    assert "attachments" not in answer
    exported = program.get(f"/api/conversations/{chat}/export").text
    assert "What is this?\n\n*Attached: dot.png*" in exported
    assert program.delete(f"/api/attachments/{file['id']}").status_code == 409


def test_it_is_removed_before_it_was_sent(program):
    file = bring(program).json()["id"]
    assert program.delete(f"/api/attachments/{file}").status_code == 204
    assert program.get(f"/api/attachments/{file}").status_code == 404


def test_somebody_else_finds_nothing(program, mallory):
    file = bring(program).json()["id"]
    with mallory.by_key() as other:
        assert other.get(f"/api/attachments/{file}").status_code == 404
        assert other.delete(f"/api/attachments/{file}").status_code == 404


def test_nobody_brings_anything(nobody):
    assert bring(nobody).status_code == 401


@pytest.mark.parametrize(("content", "words"), [(b"<svg/>", "no SVG"), (b"", "empty"), (b"\xff\xfe\0", "Only texts")])
def test_it_refuses_other_kinds(program, content, words):
    answer = bring(program, content, "a.txt")
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_a_picture_may_be_larger_than_other_bodies(program):
    assert bring(program, PNG + b"\0" * 2 * MIB, "large.png").status_code == 201
    assert bring(program, PNG + b"\0" * 7 * MIB, "huge.png").status_code == 413


@pytest.mark.parametrize("attachments", ["att_1", [1], ["att_unknown"], ["a"] * 11, {"a": 1}])
def test_a_question_with_no_such_files_is_refused(program, attachments):
    chat = program.post("/api/conversations").json()["id"]
    body = {"message": "What is this?", "model": "demo-fast", "attachments": attachments}
    assert program.post(f"/api/conversations/{chat}/messages", json=body).status_code == 400
    assert program.get(f"/api/conversations/{chat}/messages").json()["messages"] == []
