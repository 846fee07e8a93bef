"""Whatever is asked under /api and /v1, the refusal is JSON."""

from contextlib import suppress

import pytest

from .conftest import client


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/chat/nothing/here"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_a_json_404(nobody, method, path):
    answer = nobody.request(method, path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "Not found"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/api/chat", "POST"), ("DELETE", "/api/chat/stream", "POST"), ("POST", "/api/auth/me", "GET, HEAD")],
)
def test_a_wrong_method_is_a_json_405(nobody, method, path, allowed):
    answer = nobody.request(method, path)
    assert answer.status_code == 405
    assert answer.json() == {"error": "Method not allowed"}
    assert answer.headers["allow"] == allowed


def test_a_body_of_more_than_a_mebibyte_is_refused_before_it_is_read(nobody):
    answer = nobody.post("/api/chat", content=b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.json() == {"error": "Body too large"}


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/chat"])
def test_a_body_that_hides_its_length_is_refused_when_it_has_grown_too_large(alice, path):
    chunks = (b"x" * 65536 for _ in range(20))
    with alice.by_key() as program:
        answer = program.post(path, content=chunks, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json() == {"error": "Body too large"}


def test_the_process_lives_and_is_ready(nobody):
    assert nobody.get("/healthz").json() == {"status": "ok"}
    assert nobody.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/openapi.json", "/api/conversations", "/api/events"])
def test_the_head_alone_is_that_of_the_whole_answer(alice, path):
    with alice.by_key() as program:
        head, whole = program.head(path), program.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in ("content-type", "content-length")} == {
        name: whole.headers[name] for name in ("content-type", "content-length")
    }


def test_the_head_of_a_file_does_not_write_the_file(alice):
    with alice.by_key() as program:
        head = program.head("/api/events/export?format=jsonl")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "application/x-ndjson"


@pytest.mark.parametrize(("path", "status"), [("/api/auth/me", 401), ("/api/nothing", 404), ("/api/chat", 405)])
def test_the_head_of_a_refusal_is_its_status(nobody, path, status):
    assert nobody.head(path).status_code == status


def test_without_its_database_it_is_not_ready_and_says_no_more_than_that(start_api, tmp_path):
    api = start_api()
    path = api.wiring.settings.data_dir / "fluxgate.db"
    api.wiring.db.close()
    path.rename(tmp_path / "away.db")
    # Whoever connects in between makes a new file.
    while not path.is_dir():
        path.unlink(missing_ok=True)
        with suppress(FileExistsError):
            path.mkdir()
    with client(api.url, "fg_a_b") as program:
        ready, broken = program.get("/readyz"), program.get("/api/auth/me")
    for answer in (ready, broken):
        assert answer.status_code == 503
        assert answer.json() == {"error": "The database does not answer"}
    path.rmdir()
    (tmp_path / "away.db").rename(path)
