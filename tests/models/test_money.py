"""Money and times are stored exactly, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import Session, func, select

from fluxgate_app.db import Database
from fluxgate_app.models import AiEvent

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def event(number: int, cost: Decimal | None, at: datetime = NOON) -> AiEvent:
    return AiEvent(
        tracking_id=f"evt_{number}",
        created_at=at,
        origin="real",
        provider="openai",
        model="gpt-4o",
        kind="chat",
        status="SUCCESS",
        cost=cost,
        cost_source="computed",
    )


def stored(session: Session, *events: AiEvent) -> list[AiEvent]:
    session.add_all(events)
    session.flush()
    session.expire_all()
    return list(session.exec(select(AiEvent).order_by(AiEvent.tracking_id)))


@pytest.mark.parametrize("cost", ["0", "0.000000000001", "0.1", "123456.789012345678"])
def test_a_cost_comes_back_to_the_last_place(database: Database, cost: str):
    with database.writing() as session:
        assert stored(session, event(1, Decimal(cost)))[0].cost == Decimal(cost)


def test_a_sum_of_costs_is_exact(database: Database):
    with database.writing() as session:
        stored(session, *(event(number, Decimal("0.1")) for number in range(10)))
        assert session.exec(select(func.sum(AiEvent.cost))).one() == Decimal(1)


def test_costs_are_ordered_and_compared_as_numbers(database: Database):
    with database.writing() as session:
        stored(session, event(1, Decimal("9.5")), event(2, Decimal("10")))
        found = session.exec(select(AiEvent.tracking_id).where(AiEvent.cost > Decimal("9.75"))).all()
        assert found == ["evt_2"]


def test_an_unknown_cost_is_none_not_zero(database: Database):
    with database.writing() as session:
        assert stored(session, event(1, None))[0].cost is None


def test_a_time_comes_back_in_utc_with_its_microseconds(database: Database):
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with database.writing() as session:
        (row,) = stored(session, event(1, None, there))
    assert (row.created_at, row.created_at.tzinfo) == (NOON, UTC)


def test_it_refuses_a_time_without_a_zone(database: Database):
    with pytest.raises(StatementError, match="must be aware"), database.writing() as session:
        stored(session, event(1, None, NOON.replace(tzinfo=None)))
