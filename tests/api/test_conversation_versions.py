"""Versions of what was asked in a stored conversation: made, turned to, deleted."""

import pytest


@pytest.fixture
def program(alice):
    with alice.by_key() as opened:
        yield opened


@pytest.fixture
def path(program) -> str:
    """A conversation of Alice's with one question, which the demo provider has answered."""
    made = program.post("/api/conversations", json={"model": "demo-fast"}).json()
    program.post(f"/api/conversations/{made['id']}/messages", json={"message": "What is TCP?"})
    return f"/api/conversations/{made['id']}"


def said(program, path: str) -> list[dict]:
    return program.get(f"{path}/messages").json()["messages"]


def test_a_question_is_asked_instead_of_another_and_both_stay(program, path):
    first = said(program, path)[0]
    answer = program.post(f"{path}/messages", json={"message": "What is UDP?", "insteadOf": first["id"]})
    assert answer.status_code == 200
    second, reply = said(program, path)
    assert (second["content"], reply["parentId"]) == ("What is UDP?", second["id"])
    assert second["versions"] == [first["id"], second["id"]]
    assert first["parentId"] is second["parentId"] is None
    turned = program.patch(path, json={"messageId": first["id"]})
    assert turned.status_code == 200
    assert said(program, path)[0]["content"] == "What is TCP?"
    assert "What is TCP?" in program.get(f"{path}/export?format=md").text


def test_a_message_is_deleted_with_its_answer(program, path):
    question, _ = said(program, path)
    assert program.delete(f"{path}/messages/{question['id']}").status_code == 204
    assert said(program, path) == []
    assert program.delete(f"{path}/messages/{question['id']}").status_code == 404


@pytest.mark.parametrize("body", [{}, {"title": "Both", "messageId": "msg_x"}, {"messageId": 1}])
def test_it_refuses_a_change_that_is_none(program, path, body):
    assert program.patch(path, json=body).status_code == 400


def test_what_is_in_another_conversation_is_not_found(program, path, mallory):
    other = program.post("/api/conversations").json()["id"]
    message = said(program, path)[0]["id"]
    with mallory.by_key() as stranger:
        for who, where in ((program, f"/api/conversations/{other}"), (stranger, path)):
            question = {"message": "Hi", "insteadOf": message, "model": "demo-fast"}
            assert who.post(f"{where}/messages", json=question).status_code == 404
            assert who.patch(where, json={"messageId": message}).status_code == 404
            assert who.delete(f"{where}/messages/{message}").status_code == 404
    assert len(said(program, path)) == 2
