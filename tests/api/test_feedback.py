"""`/api/events/{trackingId}/feedback`: what whoever asked says of the answer, and who reads it."""

import pytest


@pytest.fixture
def program(alice):
    with alice.by_key() as opened:
        yield opened


@pytest.fixture
def call(program, alice, ended_event) -> str:
    """A recorded call of Alice's, by its path."""
    answer = program.post("/api/chat", json={"message": "Hi", "model": "demo-fast"})
    tracking_id = answer.headers["x-fluxgate-tracking-id"]
    ended_event(alice, tracking_id)
    return f"/api/events/{tracking_id}"


def test_it_is_given_read_by_an_admin_and_taken_back(program, call, root):
    given = program.post(f"{call}/feedback", json={"good": False, "reason": "Too short"})
    assert given.status_code == 200
    assert {name: given.json()[name] for name in ("good", "reason")} == {"good": False, "reason": "Too short"}
    with root.by_key() as admin:
        assert admin.get(call).json()["feedback"] == given.json()
    assert program.post(f"{call}/feedback", json={"good": True}).json()["reason"] == ""
    assert program.delete(f"{call}/feedback").status_code == 204
    assert "feedback" not in program.get(call).json()


def test_the_list_finds_the_call_by_it(program, call):
    def rated(rating: str) -> bool:
        found = program.get("/api/events", params={"rating": rating}).json()["events"]
        return call.removeprefix("/api/events/") in [event["trackingId"] for event in found]

    program.post(f"{call}/feedback", json={"good": False})
    assert rated("bad")
    assert not rated("good")
    program.delete(f"{call}/feedback")
    assert not rated("bad")


@pytest.mark.parametrize(
    "body", [{}, {"good": "yes"}, {"good": 1}, {"good": True, "reason": 1}, {"good": True, "reason": "x" * 1001}]
)
def test_it_refuses_what_says_nothing(program, call, body):
    assert program.post(f"{call}/feedback", json=body).status_code == 400
    assert "feedback" not in program.get(call).json()


def test_a_stranger_finds_no_such_call(call, mallory, program):
    with mallory.by_key() as stranger:
        assert stranger.post(f"{call}/feedback", json={"good": False}).status_code == 404
        assert stranger.delete(f"{call}/feedback").status_code == 404
    assert "feedback" not in program.get(call).json()


@pytest.mark.parametrize("wanted", ["evt_unknown", "%00", "é"])
def test_an_unknown_call_is_not_found(program, wanted):
    assert program.post(f"/api/events/{wanted}/feedback", json={"good": True}).status_code == 404
