"""A limit is so many calls in a window that begins with the first."""

import pytest

from fluxgate_app.accounts.limits import Allowance, Limits
from fluxgate_app.errors import RateLimited


class Clock:
    """A clock that a test moves."""

    time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits(clock=clock)


async def test_each_call_takes_one(limits: Limits):
    assert await limits.take("alice", 3) == Allowance(3, 2, 60)
    assert await limits.take("alice", 3) == Allowance(3, 1, 60)
    assert await limits.take("alice", 3) == Allowance(3, 0, 60)


async def test_the_next_is_refused_with_the_seconds_to_wait(limits: Limits, clock: Clock):
    await limits.take("alice", 1)
    clock.time += 12.3
    with pytest.raises(RateLimited, match=r"^Rate limit exceeded. Please wait 48 seconds.$") as refused:
        await limits.take("alice", 1)
    assert (refused.value.retry_after, refused.value.limit) == (48, 1)


async def test_the_window_begins_with_the_first_call_and_is_not_moved_by_later_ones(limits: Limits, clock: Clock):
    await limits.take("alice", 2)
    clock.time += 59.9
    await limits.take("alice", 2)
    clock.time += 0.1
    assert await limits.take("alice", 2) == Allowance(2, 1, 60)


async def test_each_has_a_counter_of_their_own(limits: Limits):
    await limits.take("alice", 1)
    assert (await limits.take("bob", 1)).remaining == 0


async def test_a_look_takes_nothing(limits: Limits, clock: Clock):
    assert await limits.peek("alice", 2) == Allowance(2, 2, 0)
    await limits.take("alice", 2)
    clock.time += 20
    assert await limits.peek("alice", 2) == await limits.peek("alice", 2) == Allowance(2, 1, 40)


async def test_a_lower_limit_leaves_nothing_rather_than_less(limits: Limits):
    for _ in range(3):
        await limits.take("alice", 3)
    assert (await limits.peek("alice", 2)).remaining == 0


async def test_a_call_given_back_can_be_taken_again(limits: Limits):
    await limits.take("alice", 1)
    await limits.give_back("alice")
    await limits.give_back("alice")
    await limits.give_back("nobody")
    assert (await limits.take("alice", 1)).remaining == 0


async def test_the_past_is_forgotten(limits: Limits, clock: Clock):
    for number in range(1000):
        await limits.take(str(number), 1)
    clock.time += 60
    await limits.take("alice", 1)
    assert len(limits._own._windows) == 1
