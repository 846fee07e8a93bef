"""`POST /api/webhooks/support`: a signed ticket becomes a triage, once."""

import asyncio
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlmodel import Session, func, select

from fluxgate_app.api.errors import add_error_answers
from fluxgate_app.api.webhooks.webhook import Label, Payload, Text, Webhook, routes
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.db import migrate
from fluxgate_app.models import Role, WebhookDelivery
from fluxgate_app.settings import load
from fluxgate_app.tracking import Context
from fluxgate_app.ulids import new_ulid
from fluxgate_app.wiring import Wiring

from .conftest import PACE, SETTINGS, Api, client

SECRET = "a secret of the help desk"
PATH = "/api/webhooks/support"
MIB = 1024 * 1024

_numbers = count(1)


def ticket(**changes: Any) -> bytes:
    """A ticket that nobody has sent before."""
    fields = {"id": f"t_{next(_numbers)}", "userId": "u_7", "subject": "Charged twice", "body": "Two for one order."}
    return json.dumps(fields | changes).encode()


def signature(body: bytes, timestamp: str | None = None, secret: str = SECRET) -> str:
    signed = body if timestamp is None else timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def send(api: Api, body: bytes, headers: dict[str, str] | None = None) -> httpx2.Response:
    """Send a ticket, signed unless these headers are given instead."""
    given = {"x-webhook-signature": signature(body)} if headers is None else headers
    with client(api.url, timeout=30) as sender:
        return sender.post(PATH, content=body, headers={name: value.encode("latin-1") for name, value in given.items()})


@pytest.fixture(scope="module")
def desk(start_api: Callable[..., Api]) -> Api:
    """An API whose webhooks are on."""
    return start_api(webhook_secret=SECRET)


@pytest.fixture(scope="module")
def admin(desk: Api) -> Iterator[httpx2.Client]:
    with desk.person("ada", Role.ADMIN).by_key() as program:
        yield program


def deliveries(api: Api) -> int:
    def stored(session: Session) -> int:
        return session.exec(select(func.count()).select_from(WebhookDelivery)).one()

    with api.wiring.db.reading() as session:
        return stored(session)


def asked(api: Api) -> int:
    """How often the provider was asked."""
    return len(api.wiring.demo.requests)


def test_a_ticket_becomes_a_triage(desk):
    answer = send(desk, ticket())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert set(said) == {"triage", "tracking"}
    assert "**Priority:** high" in said["triage"]
    assert said["tracking"]["status"] == "SUCCESS"
    assert said["tracking"]["trackingId"] == answer.headers["x-fluxgate-tracking-id"]


def test_the_model_is_asked_in_these_words_alone(desk):
    send(desk, ticket(subject="Login", body="It says no.\nEvery time."))
    assert desk.wiring.demo.requests[-1].body == {
        "model": "claude-sonnet-4-6",
        "max_tokens": 512,
        "messages": [
            {
                "role": "user",
                "content": "Triage this support ticket and suggest a priority (low/medium/high) and a one-sentence "
                "reply draft.\n\nSubject: Login\n\nIt says no.\nEvery time.",
            }
        ],
    }


def test_its_event_belongs_to_no_account(desk, admin):
    answer = send(desk, ticket(id="t_event", userId="u_9"))
    assert desk.wiring.recorder.flush()
    event = admin.get(f"/api/events/{answer.json()['tracking']['trackingId']}").json()
    assert (event["account"], event["apiKey"]) == (None, None)
    assert (event["feature"], event["user"], event["sessionId"]) == ("support-triage", "u_9", "t_event")
    assert (event["provider"], event["model"]) == ("anthropic", "claude-sonnet-4-6")
    with desk.person("bob").by_key() as program:
        assert program.get(f"/api/events/{event['trackingId']}").status_code == 404


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", "", "?"]
)
def test_any_content_type_will_do(desk, content_type):
    body = ticket()
    headers = {"x-webhook-signature": signature(body), "content-type": content_type}
    assert send(desk, body, headers).status_code == 200


def test_a_cookie_or_a_foreign_origin_changes_nothing(desk):
    body = ticket()
    headers = {"x-webhook-signature": signature(body), "origin": "https://desk.example", "authorization": "Bearer no"}
    assert send(desk, body, headers).status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "sha256=",
        "sha256=00",
        signature(b"another body"),
        "sha1=" + "0" * 40,
        "sha256=" + "0" * 64,
        "sha256=" + "é" * 64,
        "x" * 4000,
    ],
)
def test_what_is_not_signed_is_a_401(desk, given):
    before = asked(desk), deliveries(desk)
    answer = send(desk, ticket(), {} if given is None else {"x-webhook-signature": given})
    assert answer.status_code == 401
    assert answer.json() == {"error": "Invalid signature"}
    assert (asked(desk), deliveries(desk)) == before


@pytest.mark.parametrize("change", ["secret", "no prefix", "cut", "body"])
def test_what_is_signed_wrongly_is_a_401(desk, change):
    body = ticket()
    given = {
        "secret": signature(body, secret="another secret"),
        "no prefix": signature(body).removeprefix("sha256="),
        "cut": signature(body)[:-1],
        "body": signature(body + b" "),
    }[change]
    assert send(desk, body, {"x-webhook-signature": given}).json() == {"error": "Invalid signature"}


@pytest.mark.parametrize("seconds", [0, -290, 290])
def test_a_timestamp_is_signed_with_the_body(desk, seconds):
    body, timestamp = ticket(), str(int(time.time()) + seconds)
    headers = {"x-webhook-signature": signature(body, timestamp), "x-webhook-timestamp": timestamp}
    assert send(desk, body, headers).status_code == 200


@pytest.mark.parametrize("seconds", [-310, 310, -(10**6)])
def test_it_refuses_an_old_or_future_signature(desk, seconds):
    body, timestamp = ticket(), str(int(time.time()) + seconds)
    headers = {"x-webhook-signature": signature(body, timestamp), "x-webhook-timestamp": timestamp}
    assert send(desk, body, headers).json() == {"error": "Invalid signature"}


def test_it_refuses_a_timestamp_that_is_not_signed(desk):
    body, timestamp = ticket(), str(int(time.time()))
    headers = {"x-webhook-signature": signature(body), "x-webhook-timestamp": timestamp}
    assert send(desk, body, headers).status_code == 401


def test_it_refuses_a_signed_timestamp_that_was_taken_away(desk):
    body = ticket()
    assert send(desk, body, {"x-webhook-signature": signature(body, str(int(time.time())))}).status_code == 401


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1e9", "9" * 5000, "²", "1.5"])
def test_it_refuses_a_timestamp_that_is_none(desk, timestamp):
    body = ticket()
    headers = {"x-webhook-signature": signature(body, timestamp), "x-webhook-timestamp": timestamp}
    assert send(desk, body, headers).status_code == 401


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "Invalid JSON"),
        (b"{", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b"[]", "The body must be a JSON object"),
        (b'"ticket"', "The body must be a JSON object"),
        (b"{}", "Invalid id"),
        (ticket(id=""), "Invalid id"),
        (ticket(id=5), "Invalid id"),
        (ticket(id="x" * 201), "Invalid id"),
        (ticket(id="a\0b"), "Invalid id"),
        (ticket(userId=None), "Invalid userId"),
        (ticket(userId="x" * 201), "Invalid userId"),
        (ticket(subject=["Help"]), "Invalid subject"),
        (ticket(body={"text": "Help"}), "Invalid body"),
        (ticket(body="a\0b"), "Invalid body"),
        (b'{"id": "t", "userId": "u", "subject": "s", "body": "\\ud800"}', "Invalid JSON"),
    ],
)
def test_what_is_signed_but_no_ticket_is_a_400(desk, body, error):
    before = asked(desk), deliveries(desk)
    answer = send(desk, body)
    assert answer.status_code == 400
    assert answer.json() == {"error": error}
    assert (asked(desk), deliveries(desk)) == before


def test_more_than_a_ticket_is_a_ticket(desk):
    assert send(desk, ticket(priority=None, tags=["a"], id="😀" * 200, subject="", body="")).status_code == 200


def test_a_body_may_have_one_megabyte(desk):
    frame = len(ticket(id="t_big", body=""))
    body = ticket(id="t_big", body="x" * (MIB - frame))
    assert len(body) == MIB
    assert send(desk, body).status_code == 200
    assert send(desk, body + b" ").status_code == 413


def test_without_a_secret_nothing_is_done(api):
    body = ticket()
    for headers in (None, {}, {"x-webhook-signature": signature(body, secret="")}):
        answer = send(api, body, headers)
        assert answer.status_code == 503
        assert answer.json() == {"error": "Webhooks are off: set WEBHOOK_SECRET"}


def test_without_a_key_for_the_vendor_it_is_a_503(start_api):
    lonely = start_api(webhook_secret=SECRET, demo=False)
    answer = send(lonely, ticket())
    assert answer.status_code == 503
    assert answer.json() == {"error": "No API key for Anthropic"}
    assert deliveries(lonely) == 0


def test_a_second_delivery_gets_the_same_bytes_and_costs_nothing(desk):
    body = ticket()
    first, before = send(desk, body), asked(desk)
    timestamp = str(int(time.time()))
    again = {"x-webhook-signature": signature(body, timestamp), "x-webhook-timestamp": timestamp}
    for headers in (None, again):
        second = send(desk, body, headers)
        assert second.content == first.content
        assert second.headers["x-fluxgate-tracking-id"] == first.headers["x-fluxgate-tracking-id"]
    assert asked(desk) == before


def test_the_same_ticket_with_another_body_is_another_delivery(desk):
    first, second = (send(desk, ticket(id="t_edited", body=text)) for text in ("Before.", "After."))
    assert first.json()["tracking"]["trackingId"] != second.json()["tracking"]["trackingId"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_one_ticket_at_two_processes_at_once_is_billed_once(start_api, tmp_path, request, kind):
    sqlite = f"sqlite:///{tmp_path / 'shared.db'}"
    url = sqlite if kind == "sqlite" else request.getfixturevalue("served_postgres_url")
    places = [start_api(webhook_secret=SECRET, database_url=url) for _ in range(2)]
    body = ticket(id=f"t_shared_{kind}_{new_ulid()}")
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda place: send(place, body), places * 3))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.content for answer in answers}) == 1
    assert sum(map(asked, places)) == 1


class Anthropic:
    """A vendor of few words: what it answers next, and how often it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.asked = 0
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                vendor.asked += 1
                self.rfile.read(int(self.headers["content-length"]))
                status, body = vendor.answers.pop(0)
                said = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture(scope="module")
def anthropic() -> Iterator[Anthropic]:
    vendor = Anthropic()
    thread = threading.Thread(target=vendor.server.serve_forever)
    thread.start()
    yield vendor
    vendor.server.shutdown()
    thread.join()
    vendor.server.server_close()


@pytest.fixture(scope="module")
def real_desk(start_api: Callable[..., Api], anthropic: Anthropic) -> Api:
    return start_api(webhook_secret=SECRET, anthropic_api_key="sk-ant", anthropic_base_url=anthropic.url)


def message(*content: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-6",
        "content": list(content),
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1000, "output_tokens": 100},
    }


THINKING = {"type": "thinking", "thinking": "Hm.", "signature": "s"}


@pytest.mark.parametrize(
    ("content", "triage"),
    [
        ([THINKING, {"type": "text", "text": "high"}], "high"),
        ([{"type": "text", "text": "low"}, {"type": "text", "text": "rest"}], "low"),
        ([THINKING], ""),
        ([], ""),
    ],
)
def test_the_triage_is_the_first_text_block(real_desk, anthropic, content, triage):
    anthropic.answers.append(message(*content))
    said = send(real_desk, ticket())
    assert said.json()["triage"] == triage
    assert '"cost":0.0045,' in said.text


def test_a_failed_delivery_runs_again(real_desk, anthropic):
    body = ticket()
    anthropic.answers += [
        (500, {"type": "error", "error": {"type": "api_error", "message": "broken"}}),
        message({"type": "text", "text": "high"}),
    ]
    before = anthropic.asked
    failed = send(real_desk, body)
    assert failed.status_code == 500
    assert failed.json() == {"error": "Anthropic service error. Please try again."}
    assert failed.headers["x-fluxgate-tracking-id"].startswith("evt_")
    assert send(real_desk, body).json()["triage"] == "high"
    assert send(real_desk, body).json()["triage"] == "high"
    assert anthropic.asked == before + 2


class Order(Payload):
    """What a shop sends."""

    customer: Label
    gift_note: Text


def thank(order: Order) -> ChatRequest:
    """Thank for an order."""
    return ChatRequest(
        [ChatMessage("user", f"Thank {order.customer}, who wrote: {order.gift_note}")],
        model="demo-fast",
        context=Context(feature="thanks", session_id=order.id),
    )


ORDERS = Webhook("orders", Order, thank, answer="thanks")


async def test_a_second_webhook_is_a_shape_and_a_question(tmp_path):
    wiring = Wiring(load(**(SETTINGS | {"data_dir": tmp_path, "webhook_secret": SECRET})))
    await asyncio.to_thread(migrate, wiring.settings.sqlalchemy_url)
    wiring.demo.pace = PACE
    shop = FastAPI()
    shop.state.wiring = wiring
    add_error_answers(shop)
    shop.include_router(routes(ORDERS))
    body = json.dumps({"id": "o_1", "customer": "Ann", "giftNote": "For Bob"}).encode()
    async with (
        wiring.running(),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=shop), base_url="http://shop") as sender,
    ):
        answer = await sender.post(
            "/api/webhooks/orders", content=body, headers={"x-webhook-signature": signature(body)}
        )
        assert (await sender.post("/api/webhooks/orders", content=body)).status_code == 401
    assert answer.status_code == 200
    assert set(answer.json()) == {"thanks", "tracking"}
    assert wiring.demo.requests[-1].body["messages"][-1]["content"] == "Thank Ann, who wrote: For Bob"
