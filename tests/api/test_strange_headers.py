"""Headers that no library would send are refused, or mean nothing; nothing is stored by halves."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from fluxgate_app.models import AiEvent, Conversation, Message, OpenCall

from .conftest import Api

MESSAGES = [{"role": "user", "content": "Hi"}]
BODIES = {
    path: json.dumps(body).encode()
    for path, body in {
        "/api/chat": {"message": "Hi", "model": "demo-fast"},
        "/api/conversations": {"title": "Strange"},
        "/api/events": {"provider": "openai", "model": "gpt-4o", "usage": {"promptTokens": 1, "completionTokens": 1}},
        "/v1/chat/completions": {"model": "demo-fast", "messages": MESSAGES},
    }.items()
}
TABLES = (AiEvent, OpenCall, Conversation, Message)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Sender:
    """Puts requests together byte by byte."""

    api: Api
    key: bytes
    path: str

    @property
    def body(self) -> bytes:
        return BODIES[self.path]

    @property
    def authorization(self) -> bytes:
        return b"Authorization: Bearer " + self.key

    @property
    def length(self) -> bytes:
        return b"Content-Length: %d" % len(self.body)

    def status(self, headers: list[bytes], body: bytes, *, is_all: bool = False) -> int | None:
        """What is answered, None for a closed connection; `is_all` says that nothing more will come."""
        lines = [b"POST %s HTTP/1.1" % self.path.encode(), b"Host: x", b"Connection: close", *headers]
        answer = b""
        # A connection that is closed while one still writes loses what was answered.
        with (
            socket.create_connection(("127.0.0.1", self.api.port), timeout=10) as connection,
            suppress(ConnectionError),
        ):
            connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            if is_all:
                connection.shutdown(socket.SHUT_WR)
            answer = connection.makefile("rb").read()
        return int(answer.split()[1]) if answer else None

    def stored(self) -> list[int]:
        assert self.api.wiring.recorder.flush()
        with self.api.wiring.db.reading() as session:
            return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]


@pytest.fixture(params=BODIES)
def sender(request, api, root) -> Sender:
    return Sender(api, root.key.encode(), request.param)


def test_what_is_sent_well_is_answered_and_stored(sender):
    before = sender.stored()
    assert sender.status([sender.authorization, sender.length], sender.body) in (200, 201)
    assert sum(sender.stored()) == sum(before) + 1


OTHER = b"Authorization: Bearer fg_0000_0000"


@pytest.mark.parametrize("first", [True, False])
def test_two_keys_are_nobody_s(sender, first):
    before = sender.stored()
    both = [OTHER, sender.authorization] if first else [sender.authorization, OTHER]
    assert sender.status([*both, sender.length], sender.body) == 401
    assert sender.stored() == before


@pytest.mark.parametrize(
    "line",
    [b"", b"\xff\xfe", b"Bearer", b"Bearer \xff\xc3\xa9", b"Bearer " + b"x" * 100_000, b"Basic Zm86YmFy"],
    ids=["empty", "no text", "no key", "not ASCII", "long", "another scheme"],
)
def test_what_is_no_key_is_nobody_s(sender, line):
    before = sender.stored()
    assert sender.status([b"Authorization: " + line, sender.length], sender.body) == 401
    assert sender.stored() == before


@pytest.mark.parametrize(
    "line",
    [
        b"X-Large: " + b"x" * 2_000_000,
        b"\r\n".join(b"X-%d: many" % number for number in range(500)),
        b"X-FluxGate-User: a\0b",
        b"X-\0: a",
        b"X-FluxGate-User: folded\r\n here",
        b"X-FluxGate-User : a",
        b": nameless",
        b"no header",
    ],
    ids=["huge", "many", "NUL in value", "NUL in name", "folded", "space before colon", "nameless", "no colon"],
)
def test_what_is_no_header_is_refused(sender, line):
    before = sender.stored()
    assert sender.status([sender.authorization, sender.length, line], sender.body) in (400, 431, None)
    assert sender.stored() == before


@pytest.mark.parametrize("length", ["3", "3000", "-1", "+10", "many", "", "9" * 30, "9" * 5000, "²", "10, 20", "0x10"])
def test_a_wrong_length_is_refused(sender, length):
    before = sender.stored()
    headers = [sender.authorization, f"Content-Length: {length}".encode()]
    assert sender.status(headers, sender.body, is_all=length == "3000") in (400, None)
    assert sender.stored() == before


def test_two_lengths_are_refused(sender):
    before = sender.stored()
    headers = [sender.authorization, sender.length, b"Content-Length: 3"]
    assert sender.status(headers, sender.body) in (400, None)
    assert sender.stored() == before


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n%b\r\n0\r\n\r\n",
        b"-1\r\n%b\r\n0\r\n\r\n",
        b"f" * 40 + b"\r\n%b\r\n0\r\n\r\n",
        b"1;" + b"x" * 100_000 + b"\r\n%b\r\n0\r\n\r\n",
        b"3\r\n%b\r\n0\r\n\r\n",
        b"ffff\r\n%b\r\n0\r\n\r\n",
        b"%b",
    ],
    ids=["no number", "negative", "too large", "long extension", "short", "cut", "no chunks"],
)
def test_chunks_that_are_none_are_refused(sender, chunks):
    before = sender.stored()
    headers = [sender.authorization, b"Transfer-Encoding: chunked"]
    assert sender.status(headers, chunks % sender.body, is_all=True) in (400, None)
    assert sender.stored() == before


NAMES = (
    *("Accept", "Content-Type", "Cookie", "Origin", "X-Api-Key", "Idempotency-Key", "Content-Encoding", "X-Session-Id"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Request-Id", "X-Vercel-AI-UI-Message-Stream", "anthropic-version"),
    *("OpenAI-Beta", "X-FluxGate-User", "X-FluxGate-Metadata", "X-FluxGate-Feature", "Range", "If-None-Match"),
)
VALUES = st.binary(max_size=60) | st.text(max_size=30).map(str.encode)
LINES = st.lists(st.builds(lambda name, value: name.encode() + b": " + value, st.sampled_from(NAMES), VALUES))


@QUICK
@given(LINES)
def test_whatever_stands_in_other_headers_it_is_answered_and_stored_whole_or_not_at_all(sender, lines):
    before = sender.stored()
    status = sender.status([sender.authorization, sender.length, *lines], sender.body)
    assert status is None or status < 500
    assert sum(sender.stored()) == sum(before) + (status in (200, 201))
