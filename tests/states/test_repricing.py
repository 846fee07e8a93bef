"""Pricing what the list shows again: a look first, then the change."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlmodel import select

from fluxgate_app.errors import Invalid
from fluxgate_app.events import price_overrides
from fluxgate_app.models import AiEvent
from fluxgate_app.states import repricing
from fluxgate_app.states.repricing import line, priced, summed_up
from fluxgate_app.tracking import CostOverride

from .test_requests import call

BOB = "bob@example.com"


@pytest.fixture
async def made(now) -> list[str]:
    """Two calls, made before the price of one of their models was set."""
    calls = [await call(now, BOB), await call(now, BOB, "demo/demo-max-tokens")]
    with now.db.writing() as session:
        price = CostOverride(input=Decimal(1), output=Decimal(2))
        price_overrides.add(session, "demo", "demo-fast", datetime(2026, 1, 1, tzinfo=UTC), price)
    await now.price_rules.refresh()
    return calls


async def unheard(calls: int) -> None:
    """Nobody watches."""


def costs(now) -> list[Decimal | None]:
    with now.db.reading() as session:
        return list(session.exec(select(AiEvent.cost).order_by(AiEvent.id)))


async def test_a_look_says_what_would_change_and_changes_nothing(now, made) -> None:
    before, seen = costs(now), await priced([], unheard, dry_run=True)
    assert costs(now) == before
    assert summed_up(seen, dry_run=True).startswith("1 of 2 requests would change, by +$")
    assert [(one.model, one.calls, one.before) for one in map(line, seen.changes)] == [
        ("demo/demo-fast", "1", "unpriced")
    ]


async def test_the_change_is_what_was_seen(now, made) -> None:
    seen = await priced([], unheard, dry_run=True)
    assert await priced([], unheard, dry_run=False) == seen
    assert costs(now)[0] > 0
    again = await priced([], unheard, dry_run=True)
    assert summed_up(again, dry_run=True) == "0 of 2 requests would change"


async def test_only_what_the_address_asks_for_is_priced(now, made) -> None:
    assert (await priced([("model", "demo-max-tokens")], unheard, dry_run=False)).calls == 1
    assert (await priced([("range", "1h"), ("q", "demo-fast")], unheard, dry_run=False)).changed == 1


async def test_what_is_too_much_is_refused(now, made, monkeypatch) -> None:
    monkeypatch.setattr(repricing, "MOST", 1)
    with pytest.raises(Invalid, match="More than 1 requests: choose a shorter time, or use fluxgate reprice"):
        await priced([], unheard, dry_run=False)
