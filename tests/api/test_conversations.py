"""`/api/conversations`: made, listed page by page, renamed and deleted by their owner alone."""

import pytest

NAMES = {"id", "title", "createdAt", "updatedAt", "model", "persona"}


@pytest.fixture
def program(alice):
    with alice.by_key() as opened:
        yield opened


@pytest.fixture
def chat(program) -> str:
    """An empty conversation of Alice's."""
    return program.post("/api/conversations", json={"title": "TCP"}).json()["id"]


def test_it_is_made_and_found_again(program):
    given = {"title": " The  sea ", "model": "demo-fast", "persona": "support-agent"}
    answer = program.post("/api/conversations", json=given)
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == NAMES
    assert (made["title"], made["model"], made["persona"]) == ("The sea", "demo-fast", "support-agent")
    assert program.get(f"/api/conversations/{made['id']}").json() == made
    assert program.get("/api/conversations").json()["conversations"][0] == made


def test_it_needs_no_body(program):
    made = program.post("/api/conversations").json()
    assert (made["title"], made["model"], made["persona"]) == ("", None, None)


def test_pages_lead_on_without_gap_or_repeat(api):
    pat = api.person("pat")
    with pat.by_cookie() as browser:
        made = [browser.post("/api/conversations", json={"title": str(i)}).json()["id"] for i in range(5)]
        found, cursor = [], {}
        while cursor is not None:
            page = browser.get("/api/conversations", params={"limit": 2, **cursor}).json()
            found += [one["id"] for one in page["conversations"]]
            cursor = {"cursor": page["nextCursor"]} if page["nextCursor"] else None
    assert found == made[::-1]


def test_it_is_renamed(program, chat):
    renamed = program.patch(f"/api/conversations/{chat}", json={"title": "UDP"})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "UDP")
    assert program.get(f"/api/conversations/{chat}").json() == renamed.json()


def test_it_is_deleted_with_its_messages(program, chat):
    program.post(f"/api/conversations/{chat}/messages", json={"message": "Hi", "model": "demo-fast"})
    answer = program.delete(f"/api/conversations/{chat}")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (f"/api/conversations/{chat}", f"/api/conversations/{chat}/messages"):
        assert program.get(path).status_code == 404


REQUESTS = [
    ("GET", "", None),
    ("PATCH", "", {"title": "Mine"}),
    ("DELETE", "", None),
    ("GET", "/messages", None),
    ("POST", "/messages", {"message": "Hi", "model": "demo-fast"}),
    ("POST", "/messages/stream", {"message": "Hi", "model": "demo-fast"}),
    ("GET", "/messages/stream", None),
    ("POST", "/messages/stop", None),
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_another_s_is_not_found_and_neither_is_one_that_is_none(program, chat, mallory, root, request_):
    method, path, body = request_
    for person in (mallory, root):
        with person.by_key() as stranger:
            for whose in (chat, "conv_none", "%00"):
                answer = stranger.request(method, f"/api/conversations/{whose}{path}", json=body)
                assert (answer.status_code, answer.json()) == (404, {"error": "Not found"})
    assert program.get(f"/api/conversations/{chat}").json()["title"] == "TCP"
    assert program.get(f"/api/conversations/{chat}/messages").json()["messages"] == []


def test_nobody_sees_those_of_another_in_the_list(chat, mallory):
    with mallory.by_key() as stranger:
        assert stranger.get("/api/conversations").json() == {"conversations": [], "nextCursor": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=many"])
def test_it_refuses_a_limit_out_of_range(program, query):
    answer = program.get(f"/api/conversations?{query}")
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid limit"})


@pytest.mark.parametrize("cursor", ["x", "-1", "1e3", "%00", "9999999999999", "AAAA", "MDAwMS0wMS0wMSBc"])
def test_it_refuses_a_cursor_that_is_not_ours(program, chat, cursor):
    assert program.get(f"/api/conversations?cursor={cursor}").status_code == 400
    if not cursor.isdecimal():
        assert program.get(f"/api/conversations/{chat}/messages?cursor={cursor}").status_code == 400


@pytest.mark.parametrize("body", [{"title": 7}, {"title": "x" * 201}, {"model": []}, {"persona": "p" * 101}])
def test_it_refuses_what_is_no_conversation(program, body):
    assert program.post("/api/conversations", json=body).status_code == 400


@pytest.mark.parametrize("body", [{}, {"title": None}, {"title": "  "}, {"title": 1}, {"title": "x" * 201}])
def test_it_refuses_what_is_no_title(program, chat, body):
    assert program.patch(f"/api/conversations/{chat}", json=body).status_code == 400
    assert program.get(f"/api/conversations/{chat}").json()["title"] == "TCP"


def test_it_refuses_nobody_and_a_foreign_page(nobody, alice):
    assert nobody.get("/api/conversations").status_code == 401
    with alice.by_cookie() as browser:
        answer = browser.post("/api/conversations", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
