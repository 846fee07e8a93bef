"""A delivery is answered once, by whichever process it reaches, as often as it comes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from fluxgate_app.chat.deliveries import Answered, Deliveries, Delivery, claim, forget
from fluxgate_app.db import Database
from fluxgate_app.models import ProcessLease, WebhookDelivery
from fluxgate_app.models.columns import now

DELIVERY = Delivery("support", "t_1", "0" * 64)
ANSWER = Answered('{"triage":"high"}', "evt_1")


class Model:
    """Answers when it is let, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.fails = False

    async def __call__(self) -> Answered:
        self.asked += 1
        self.begun.set()
        await self.may_end.wait()
        if self.fails:
            raise ConnectionError
        return ANSWER


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def ready(model: Model) -> Model:
    """One that answers at once."""
    model.may_end.set()
    return model


def live(database: Database, process_id: str, lease: timedelta = timedelta(minutes=1)) -> None:
    with database.writing() as session:
        session.merge(ProcessLease(process_id=process_id, expires_at=now() + lease))


def age(database: Database) -> None:
    """All that is stored is 90 days old."""
    with database.writing() as session:
        for row in stored(session):
            row.created_at -= timedelta(days=90)
            session.add(row)


@pytest.fixture
async def process(database: Database) -> AsyncIterator[Callable[[str], Deliveries]]:
    """The deliveries as a living process of this name sees them."""
    opened: list[Deliveries] = []

    def begin(process_id: str) -> Deliveries:
        live(database, process_id)
        opened.append(Deliveries(database, process_id))
        return opened[-1]

    yield begin
    for deliveries in opened:
        await deliveries.close()


def stored(session: Session) -> list[WebhookDelivery]:
    return list(session.exec(select(WebhookDelivery)))


async def test_a_second_delivery_gets_the_stored_answer(process, ready):
    assert await process("one").once(DELIVERY, ready) == ANSWER
    assert await process("two").once(DELIVERY, ready) == ANSWER
    assert ready.asked == 1


@pytest.mark.parametrize("processes", [["one", "one"], ["one", "two"], ["one", "two", "three", "three"]])
async def test_deliveries_of_the_same_moment_wait_for_one_answer(process, model, processes):
    places = {name: process(name) for name in processes}
    waiting = [asyncio.create_task(places[name].once(DELIVERY, model)) for name in processes]
    await model.begun.wait()
    await asyncio.wait(waiting, timeout=0.3)
    model.may_end.set()
    assert await asyncio.gather(*waiting) == [ANSWER] * len(waiting)
    assert model.asked == 1


@pytest.mark.parametrize(
    "other",
    [Delivery("orders", "t_1", "0" * 64), Delivery("support", "t_2", "0" * 64), Delivery("support", "t_1", "1")],
)
async def test_another_route_id_or_body_is_another_delivery(process, ready, other):
    deliveries = process("one")
    await deliveries.once(DELIVERY, ready)
    await deliveries.once(other, ready)
    assert ready.asked == 2


async def test_a_failed_delivery_leaves_nothing_and_runs_again(database, process, ready):
    deliveries = process("one")
    ready.fails = True
    with pytest.raises(ConnectionError):
        await deliveries.once(DELIVERY, ready)
    assert await database.read(stored) == []
    ready.fails = False
    assert await deliveries.once(DELIVERY, ready) == ANSWER


async def test_whoever_waits_for_a_failing_process_tries_it_again(process, model):
    one, two = process("one"), process("two")
    first = asyncio.create_task(one.once(DELIVERY, model))
    await model.begun.wait()
    second_model = Model()
    second_model.may_end.set()
    second = asyncio.create_task(two.once(DELIVERY, second_model))
    model.fails = True
    model.may_end.set()
    with pytest.raises(ConnectionError):
        await first
    assert await second == ANSWER
    assert (model.asked, second_model.asked) == (1, 1)


async def test_a_sender_who_left_finds_the_answer_later(process, model):
    deliveries = process("one")
    waiting = asyncio.create_task(deliveries.once(DELIVERY, model))
    await model.begun.wait()
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    model.may_end.set()
    assert await deliveries.once(DELIVERY, model) == ANSWER
    assert model.asked == 1


@pytest.mark.parametrize("lease", [None, timedelta(seconds=-1)])
async def test_the_claim_of_a_dead_process_passes_on(database, process, ready, lease):
    assert await database.write(claim, DELIVERY, "dead")
    live(database, "busy")
    assert await database.write(claim, Delivery("support", "t_2", "0" * 64), "busy")
    if lease is not None:
        live(database, "dead", lease)
    assert await asyncio.wait_for(process("one").once(DELIVERY, ready), 5) == ANSWER


async def test_it_waits_until_the_other_process_is_dead(database, process, ready):
    live(database, "dying")
    assert await database.write(claim, DELIVERY, "dying")
    waiting = asyncio.create_task(process("one").once(DELIVERY, ready))
    await asyncio.wait([waiting], timeout=0.3)
    assert ready.asked == 0
    live(database, "dying", timedelta(seconds=-1))
    assert await asyncio.wait_for(waiting, 5) == ANSWER


async def test_a_process_that_ends_frees_what_it_has_not_answered(database, process, model):
    deliveries = process("one")
    waiting = asyncio.create_task(deliveries.once(DELIVERY, model))
    await model.begun.wait()
    await deliveries.close()
    assert await database.read(stored) == []
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_dead_process_that_answers_after_all_changes_no_stored_answer(database, process, model, ready):
    late = process("late")
    slow = Model()
    waiting = asyncio.create_task(late.once(DELIVERY, slow))
    await slow.begun.wait()
    live(database, "late", timedelta(seconds=-1))
    prompt = Answered('{"triage":"low"}', "evt_2")

    async def answer() -> Answered:
        return prompt

    assert await process("prompt").once(DELIVERY, answer) == prompt
    slow.may_end.set()
    await waiting
    assert await process("third").once(DELIVERY, ready) == prompt


async def test_after_90_days_the_same_delivery_is_a_new_one(database, process, ready):
    deliveries = process("one")
    await deliveries.once(DELIVERY, ready)
    age(database)
    await deliveries.once(DELIVERY, ready)
    assert ready.asked == 2
    assert await deliveries.once(DELIVERY, ready) == ANSWER
    assert ready.asked == 2


async def test_what_is_older_than_90_days_is_forgotten(database, process, ready):
    deliveries = process("one")
    await deliveries.once(DELIVERY, ready)
    age(database)
    await deliveries.once(Delivery("support", "t_2", "1" * 64), ready)
    await database.write(forget)
    assert [row.delivery_id for row in await database.read(stored)] == ["t_2"]


async def test_a_claim_is_of_one_process_alone(database, process):
    names = [f"process_{number}" for number in range(8)]
    for name in names:
        live(database, name)
    claims = await asyncio.gather(*(database.write(claim, DELIVERY, name) for name in names))
    assert sum(claims) == 1
