"""Who sends slowly or reads slowly holds up nobody, and is not waited for without end."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest

from fluxgate_app.api import body_limit
from fluxgate_app.api import connection as connection_module

from .conftest import Api, Person

MIB = 1024 * 1024
# What sockets and servers on the way may hold between them. A vendor that nobody slows down sends it in no time.
ON_THE_WAY = 48 * MIB
STREAMS = {
    "/v1/chat/completions": {"stream": True},
    "/api/chat/stream": {},
    "/api/chat/sse": {},
}


def head(path: str, person: Person, length: int) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.fixture
def connection(api: Api) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as opened:
        yield opened


def whole_answer(connection: socket.socket) -> bytes:
    return connection.makefile("rb").read()


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/chat", "/v1/chat/completions"])
def test_a_body_that_does_not_come_is_not_waited_for(connection, alice, monkeypatch, path):
    monkeypatch.setattr(body_limit, "PATIENCE_SECONDS", 0.2)
    connection.sendall(head(path, alice, 100) + b'{"message":')
    answer = whole_answer(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"The body did not arrive in time" in answer


def test_a_body_that_comes_byte_by_byte_is_not_waited_for(connection, alice, monkeypatch):
    monkeypatch.setattr(body_limit, "PATIENCE_SECONDS", 0.5)
    connection.sendall(head("/api/chat", alice, 10_000))
    ended = threading.Event()

    def trickle() -> None:
        while not ended.wait(0.05):
            connection.send(b" ")

    sending = threading.Thread(target=trickle)
    sending.start()
    try:
        answer = connection.recv(4096)
    finally:
        ended.set()
        sending.join()
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_long_body_that_comes_steadily_is_waited_for(connection, alice, monkeypatch):
    monkeypatch.setattr(body_limit, "PATIENCE_SECONDS", 0.5)
    body = json.dumps({"message": "x" * 100_000}).encode()
    connection.sendall(head("/api/chat", alice, len(body)))
    for begin, end in pairwise(range(0, len(body) + 10_000, 10_000)):
        time.sleep(0.1)
        connection.sendall(body[begin:end])
    assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")


class Flood:
    """A vendor of OpenAI's form whose answers never end: how many bytes it got rid of, and whether it was left."""

    def __init__(self) -> None:
        self.sent = 0
        self.left = threading.Event()
        flood = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                flood.pour(self.wfile.write)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def pour(self, write: Callable[[bytes], int]) -> None:
        delta = {"index": 0, "delta": {"content": "word " * 3000}, "finish_reason": None}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", "choices": [delta]}
        event = b"data: %s\n\n" % json.dumps(chunk).encode()
        try:
            while True:
                self.sent += write(event)
        except OSError:
            self.left.set()

    def held_up(self) -> bool:
        """Whether it comes to a stand before it has sent what can be on the way."""
        before = -1
        while before < self.sent < ON_THE_WAY:
            before = self.sent
            time.sleep(1)
        return self.sent < ON_THE_WAY


@pytest.fixture
def flood() -> Iterator[Flood]:
    vendor = Flood()
    serving = threading.Thread(target=vendor.server.serve_forever)
    serving.start()
    yield vendor
    vendor.server.shutdown()
    serving.join()
    vendor.server.server_close()


@contextmanager
def asked_for_ever(api: Api, person: Person, path: str) -> Iterator[socket.socket]:
    """A connection that has little room for the endless answer to what was asked on it."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Go on for ever"}]} | STREAMS[path]
    asked = json.dumps(body).encode()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        connection.connect(("127.0.0.1", api.port))
        connection.sendall(head(path, person, len(asked)) + asked)
        yield connection


@pytest.mark.parametrize("path", STREAMS)
def test_a_reader_who_stops_reading_holds_up_the_vendor_and_nobody_else(start_api, flood, path):
    flooded = start_api(openai_base_url=flood.url)
    reader = flooded.person("reader")
    with asked_for_ever(flooded, reader, path) as connection:
        begun = connection.recv(1024)
        assert begun.startswith(b"HTTP/1.1 200 ")
        assert flood.held_up()
        with reader.by_key() as other:
            assert other.post("/api/chat", json={"message": "Hi", "model": "demo-fast"}).status_code == 200
    assert flood.left.wait(2)
    assert event_of(flooded, reader, begun)["status"] == "CANCELLED"


@pytest.mark.parametrize("path", STREAMS)
def test_a_reader_who_stops_reading_is_left_after_a_while(start_api, flood, path, monkeypatch):
    monkeypatch.setattr(connection_module, "READING_SECONDS", 0.5)
    flooded = start_api(openai_base_url=flood.url)
    reader = flooded.person("reader")
    with asked_for_ever(flooded, reader, path) as connection:
        begun = connection.recv(1024)
        assert flood.left.wait(30)
    assert event_of(flooded, reader, begun)["status"] == "CANCELLED"


def event_of(api: Api, person: Person, answer: bytes) -> dict[str, Any]:
    """The event that the head of this answer names."""
    headers = dict(line.split(b": ", 1) for line in answer.split(b"\r\n\r\n")[0].split(b"\r\n")[1:])
    tracking_id = headers[b"x-fluxgate-tracking-id"].decode()
    assert api.wiring.recorder.flush()
    with person.by_key() as program:
        return program.get(f"/api/events/{tracking_id}").json()
