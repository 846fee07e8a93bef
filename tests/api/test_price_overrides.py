"""Prices that an admin sets count for the next call, whichever way it comes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fluxgate_app.errors import NotFound
from fluxgate_app.events import price_overrides
from fluxgate_app.tracking import CostOverride


@pytest.fixture
def dear(api):
    """A price that no list has, until the test is over."""
    price = CostOverride(input=Decimal(1_000_000), output=Decimal(0))
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    with api.wiring.db.writing() as session:
        made = price_overrides.add(session, "*", "demo-fast", begin, price, source="a test")
    api.refresh_prices()
    yield made
    with api.wiring.db.writing() as session:
        price_overrides.remove(session, made)
    api.refresh_prices()


@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions"])
def test_the_next_call_is_priced_by_it(dear, alice, ended_event, path):
    body = {"model": "demo-fast", "messages": [{"role": "user", "content": "Hello"}]}
    with alice.by_key() as program:
        answer = program.post(path, json=body)
    event = ended_event(alice, answer.headers["X-FluxGate-Tracking-Id"])
    assert (event["cost"], event["priceVersion"]) == (event["inputTokens"], dear)


def test_so_is_an_event_that_a_program_sends(dear, root, ended_event):
    with root.by_key() as program:
        answer = program.post(
            "/api/events", json={"provider": "acme", "model": "demo-fast", "usage": {"promptTokens": 7}}
        )
    assert ended_event(root, answer.json()["recordId"])["cost"] == 7


def test_it_refuses_to_remove_what_is_not_there(api):
    with api.wiring.db.writing() as session, pytest.raises(NotFound):
        price_overrides.remove(session, "price_no")
