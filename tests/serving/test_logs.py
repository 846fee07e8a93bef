"""What the server's log says, and what it never does."""

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from fluxgate_app.errors import NotFound
from fluxgate_app.serving.logs import LineFormatter
from fluxgate_app.serving.request_log import RequestLog, template

SECRET = "What Ada would rather not see in a log"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged in this test, as the server would write it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter(on_terminal=False))
    root, ours = logging.getLogger(), logging.getLogger("fluxgate_app")
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    ours.setLevel(logging.NOTSET)


def fail(error: Exception) -> None:
    try:
        raise error
    except type(error):
        logging.getLogger("fluxgate_app.test").exception("it failed")


def test_a_line_has_its_time_level_and_logger(lines: Lines):
    logging.getLogger("fluxgate_app.test").warning(
        "%d answers wait", 3, extra={"tracking_id": "evt_1", "prompt": SECRET}
    )
    (line,) = lines()
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "event": "3 answers wait",
        "level": "warning",
        "logger": "fluxgate_app.test",
        "tracking_id": "evt_1",
    }


@pytest.mark.parametrize(
    "secret", ["fg_0123456789ab_abcdefghijklmnop", "sk-abcdefghijklmnop", "Bearer abc.def.ghi", "AIzaSyA1234567890abc"]
)
def test_what_looks_like_a_key_is_masked(lines: Lines, secret: str):
    logging.getLogger("fluxgate_app.test").warning("asked with %s", secret)
    assert secret.removeprefix("Bearer ") not in json.dumps(lines())
    assert lines()[0]["event"].endswith("***")


def test_an_exception_is_told_by_its_kind_and_place_but_not_by_its_words(lines: Lines):
    fail(ValueError(SECRET))
    (line,) = lines()
    assert (line["event"], line["error"]) == ("it failed", "ValueError")
    assert line["where"].startswith("test_logs.py:")
    assert SECRET not in json.dumps(line)


def test_our_own_refusals_and_the_system_s_say_why(lines: Lines):
    fail(NotFound("There is no key 'laptop'"))
    fail(FileNotFoundError(2, "No such file or directory", f"/home/{SECRET}"))
    assert [line["message"] for line in lines()] == ["There is no key 'laptop'", "No such file or directory"]


async def test_a_task_that_nobody_waits_for_does_not_quote_either(lines: Lines):
    async def break_down() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(break_down())
    await asyncio.wait([task])
    del task
    (line,) = lines()
    assert (line["event"], line["error"]) == ("Task exception was never retrieved", "ValueError")
    assert SECRET not in json.dumps(line)


def test_on_a_terminal_a_line_is_for_people():
    record = logging.LogRecord("fluxgate_app.test", logging.WARNING, "", 0, "it is late", None, None)
    line = LineFormatter(on_terminal=True).format(record)
    assert ' level=warning event="it is late" ' in line


LIBRARIES = f"""
import logging, socketio
from granian.log import LogLevels, configure_logging
from fluxgate_app.serving import logs
configure_logging(LogLevels.error)
logs.configure("info")
socketio.AsyncServer(async_mode="asgi")
for name in ("_granian", "socketio.server", "engineio.server"):
    logging.getLogger(name).error("it broke", exc_info=ValueError({SECRET!r}))
logging.getLogger("httpx2").info("asked https://api.example.com/?key=1")
"""


def test_libraries_do_not_write_past_it():
    told = subprocess.run([sys.executable, "-c", LIBRARIES], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in told.stderr.splitlines()]
    assert [line["logger"] for line in lines] == ["_granian", "socketio.server", "engineio.server"]
    assert {line["error"] for line in lines} == {"ValueError"}
    assert SECRET not in told.stderr + told.stdout


async def good(request: Request) -> PlainTextResponse:
    logging.getLogger("fluxgate_app.test").warning("on the way")
    return PlainTextResponse("", headers={"X-FluxGate-Tracking-Id": "evt_1"})


async def broken(request: Request) -> PlainTextResponse:
    raise RuntimeError(SECRET)


@pytest.fixture
def client() -> httpx2.AsyncClient:
    app = RequestLog(Starlette(routes=[Route("/good", good), Route("/broken", broken), Route("/healthz", good)]))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://fluxgate.test")


async def test_every_line_of_a_request_has_the_id_that_the_client_has(client, lines: Lines):
    answer = await client.get("/good?token=s3cret")
    inside, line = lines()
    assert inside["request_id"] == line["request_id"] == answer.headers["x-request-id"]
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/good", 200)
    assert line["tracking_id"] == "evt_1"
    assert line["ms"] >= 0
    assert "s3cret" not in json.dumps([inside, line])


async def test_what_nobody_handled_is_a_500_with_an_id(client, lines: Lines):
    answer = await client.get("/broken")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    failed, line = lines()
    assert failed["request_id"] == line["request_id"] == answer.headers["x-request-id"]
    assert (failed["event"], failed["error"], failed["path"]) == ("request failed", "RuntimeError", "/broken")
    assert line["status"] == 500
    assert SECRET not in json.dumps([failed, line])


async def test_a_look_whether_it_lives_leaves_no_line_of_its_own(client, lines: Lines):
    await client.get("/healthz")
    assert [line["event"] for line in lines()] == ["on the way"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "/"),
        ("/c/conv_1", "/c/…"),
        ("/s/a-token", "/s/…"),
        ("/login/", "/login"),
        ("/sk-abcdefgh", "/***"),
        ("/" + "x" * 99, "/" + "x" * 40),
    ],
)
def test_a_page_s_path_names_nothing(path: str, shown: str):
    assert template({"type": "http", "path": path}) == shown


def test_the_server_logs_requests_and_nothing_of_what_is_in_them(start_server):
    server = start_server(FLUXGATE_ADMIN_EMAIL="ada@example.com", FLUXGATE_ADMIN_PASSWORD="correct horse battery")
    fluxgate = [Path(sys.executable).with_name("fluxgate"), "key", "create", "program", "--user", "ada@example.com"]
    key = subprocess.run(fluxgate, env=server.env, capture_output=True, text=True, check=True).stdout.strip()
    question = {"message": SECRET, "model": "demo/demo-fast"}
    with httpx2.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as program:
        answer = program.post("/api/chat?debug=Ada", json=question)
        account = program.get("/api/auth/me").json()["id"]
        assert program.get("/api/conversations/conv_ada").status_code == 404
        program.get("/c/conv_ada")
        program.post("/v1/chat/completions", json={"model": "demo/demo-fast", "messages": SECRET})
    with httpx2.Client(base_url=server.url, cookies={"fluxgate_session": "a-cookie"}) as stranger:
        assert stranger.get("/api/auth/me").status_code == 401
    server.stop()
    written = server.log.read_text()
    logged = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    asked = next(line for line in logged if line.get("path") == "/api/chat")
    assert asked["request_id"] == answer.headers["x-request-id"]
    assert (asked["method"], asked["status"], asked["account"]) == ("POST", 200, account)
    assert asked["tracking_id"] == answer.headers["x-fluxgate-tracking-id"]
    assert {line["path"] for line in logged if line["event"] == "request"} == {
        "/api/chat", "/api/auth/me", "/api/conversations/{conversation_id}", "/c/…", "/v1/chat/completions",
    }  # fmt: skip
    refused = [line for line in logged if line.get("path") == "/api/auth/me" and line["status"] == 401]
    assert ["account" in line for line in refused] == [False]
    for secret in (SECRET, key, key.split("_")[2], "a-cookie", "debug", "ada@example.com", "conv_ada"):
        assert secret not in written
