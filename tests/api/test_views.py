"""Saved views of the explorer: one's own, shared ones, and the one it opens with."""

import pytest

FAILURES = {"name": "Failures", "query": "range=7d&status.not=SUCCESS"}


@pytest.fixture(scope="module")
def views_api(start_api):
    return start_api()


@pytest.fixture
def ann(views_api, request):
    """An admin, new in each test."""
    return views_api.person(f"ann{abs(hash(request.node.name))}", "admin")


@pytest.fixture
def bob(views_api, request):
    """Somebody who is none."""
    return views_api.person(f"bob{abs(hash(request.node.name))}")


def save(person, **wanted):
    with person.by_cookie() as browser:
        return browser.post("/api/views", json=FAILURES | wanted)


def seen_by(person) -> dict[str, dict]:
    with person.by_cookie() as browser:
        return {view["id"]: view for view in browser.get("/api/views").json()["views"]}


def change(person, view_id: str, **wanted):
    with person.by_cookie() as browser:
        return browser.patch(f"/api/views/{view_id}", json=wanted)


def test_a_view_is_saved_and_is_one_s_own(ann, bob):
    answer = save(bob)
    assert answer.status_code == 201
    made = answer.json()
    assert seen_by(bob)[made["id"]] == FAILURES | {
        "id": made["id"],
        "shared": False,
        "mine": True,
        "default": False,
    }
    assert made["id"] not in seen_by(ann)


def test_the_same_name_replaces_it(bob):
    first, second = save(bob).json(), save(bob, query="model=gpt-4o").json()
    assert first["id"] == second["id"]
    assert seen_by(bob)[first["id"]]["query"] == "model=gpt-4o"


def test_an_admin_shares_with_everybody(ann, bob):
    shared = save(ann, shared=True).json()
    assert seen_by(bob)[shared["id"]]["mine"] is False
    assert change(ann, shared["id"], shared=False).status_code == 204
    assert shared["id"] not in seen_by(bob)


def test_nobody_else_shares(bob):
    assert save(bob, shared=True).status_code == 403
    mine = save(bob).json()
    assert change(bob, mine["id"], shared=True).status_code == 403
    assert seen_by(bob)[mine["id"]]["shared"] is False


def test_each_chooses_what_the_explorer_opens_with(ann, bob):
    shared = save(ann, shared=True).json()
    assert change(bob, shared["id"], default=True).status_code == 204
    assert (seen_by(bob)[shared["id"]]["default"], seen_by(ann)[shared["id"]]["default"]) == (True, False)
    assert change(bob, shared["id"], default=False).status_code == 204
    assert seen_by(bob)[shared["id"]]["default"] is False


def test_what_is_deleted_is_nobody_s_default_any_more(ann, bob):
    shared = save(ann, shared=True).json()
    change(bob, shared["id"], default=True)
    with ann.by_cookie() as browser:
        assert browser.delete(f"/api/views/{shared['id']}").status_code == 204
    assert not any(view["default"] for view in seen_by(bob).values())


def test_another_s_view_can_be_neither_seen_nor_changed(ann, bob):
    hers, shared = save(ann).json(), save(ann, name="shared", shared=True).json()
    assert change(bob, hers["id"], default=True).status_code == 404
    with bob.by_cookie() as browser:
        assert browser.delete(f"/api/views/{hers['id']}").status_code == 404
        assert browser.delete(f"/api/views/{shared['id']}").status_code == 403
    assert {hers["id"], shared["id"]} <= seen_by(ann).keys()


@pytest.mark.parametrize("wanted", [{"name": " "}, {"name": "x" * 101}, {"query": "x" * 8001}, {"name": "a\nb"}])
def test_it_refuses_what_cannot_be_kept(bob, wanted):
    answer = save(bob, **wanted)
    assert answer.status_code == 400
    assert not any(view["mine"] for view in seen_by(bob).values())
