"""Whatever a stranger or a broken sender sends to a webhook is refused in JSON, and leaves nothing behind."""

import hashlib
import hmac
import json
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from fluxgate_app.models import WebhookDelivery

from .conftest import Api, client

SECRET = "a secret of the help desk"
PATH = "/api/webhooks/support"
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TICKET = {"id": "t", "userId": "u", "subject": "s", "body": "b"}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
# The server itself refuses the other bytes in a header.
ALLOWED = bytes([9, *range(32, 127), *range(128, 256)])
HEADERS = st.lists(st.sampled_from(ALLOWED), max_size=100).map(lambda value: bytes(value).strip())


@pytest.fixture(scope="module")
def desk(start_api) -> Api:
    return start_api(webhook_secret=SECRET)


@pytest.fixture(scope="module")
def sender(desk: Api):
    with client(desk.url) as opened:
        yield opened


def signed(body: bytes) -> dict[str, bytes]:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"x-webhook-signature": f"sha256={digest}".encode()}


def assert_refused(desk: Api, answer: httpx2.Response, status: int) -> None:
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert not desk.wiring.demo.requests
    with desk.wiring.db.reading() as session:
        assert stored(session) == []


def stored(session: Session) -> list[WebhookDelivery]:
    return list(session.exec(select(WebhookDelivery)))


@QUICK
@given(signature=HEADERS, timestamp=st.none() | HEADERS, body=st.binary(max_size=300))
def test_no_signature_but_the_right_one_opens(desk, sender, signature, timestamp, body):
    headers = {"x-webhook-signature": signature}
    if timestamp is not None:
        headers["x-webhook-timestamp"] = timestamp
    answer = sender.post(PATH, content=body, headers=headers)
    assert_refused(desk, answer, 401)
    assert answer.json() == {"error": "Invalid signature"}


@QUICK
@given(place=st.integers(0, 70), byte=st.sampled_from(ALLOWED))
def test_no_signature_with_one_wrong_byte_opens(desk, sender, place, byte):
    body = json.dumps(TICKET).encode()
    right = signed(body)["x-webhook-signature"]
    assume(right[place] != byte)
    wrong = (right[:place] + bytes([byte]) + right[place + 1 :]).strip()
    assert_refused(desk, sender.post(PATH, content=body, headers={"x-webhook-signature": wrong}), 401)


@QUICK
@given(timestamp=HEADERS)
def test_no_timestamp_but_a_signed_one_passes(desk, sender, timestamp):
    body = json.dumps(TICKET).encode()
    answer = sender.post(PATH, content=body, headers=signed(body) | {"x-webhook-timestamp": timestamp})
    assert_refused(desk, answer, 401)


@QUICK
@given(body=st.binary(max_size=300) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_signed_rubbish_is_a_400(desk, sender, body):
    assert_refused(desk, sender.post(PATH, content=body, headers=signed(body)), 400)


@QUICK
@given(field=st.sampled_from(sorted(TICKET)), value=JSON_VALUES.filter(lambda value: not isinstance(value, str)))
def test_a_ticket_with_one_wrong_field_is_a_400(desk, sender, field, value: Any):
    body = json.dumps(TICKET | {field: value}).encode()
    assert_refused(desk, sender.post(PATH, content=body, headers=signed(body)), 400)
