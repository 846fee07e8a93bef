"""With Redis all processes count together; without it, each by itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from fluxgate_app.accounts.counters import SharedCounters
from fluxgate_app.accounts.limits import Allowance, Limits
from fluxgate_app.errors import RateLimited

Process = Callable[..., Limits]


@pytest.fixture
async def process(redis_server) -> AsyncIterator[Process]:
    """The limits as one more process has them."""
    opened: list[SharedCounters] = []

    def begin(**options: float) -> Limits:
        opened.append(SharedCounters(redis_server.url))
        return Limits(opened[-1], **options)

    yield begin
    for counters in opened:
        await counters.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_two_processes_count_together(process: Process):
    one, other = process(), process()
    assert await one.take("alice", 2) == Allowance(2, 1, 60)
    assert await other.take("alice", 2) == Allowance(2, 0, 60)
    with pytest.raises(RateLimited) as refused:
        await one.take("alice", 2)
    assert 55 <= refused.value.retry_after <= 60
    assert (await other.take("bob", 2)).remaining == 1


async def test_of_many_at_the_same_moment_no_more_than_allowed_pass(process: Process):
    processes = [process() for _ in range(4)]
    calls = [process.take("alice", 10) for process in processes for _ in range(10)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(result, Allowance) for result in results) == 10


async def test_a_look_takes_nothing(process: Process):
    one, other = process(), process()
    assert await one.peek("alice", 2) == Allowance(2, 2, 0)
    await one.take("alice", 2)
    assert await other.peek("alice", 2) == await one.peek("alice", 2) == Allowance(2, 1, 60)


async def test_a_refused_call_is_not_counted(process: Process):
    one = process()
    await one.take("alice", 1)
    with pytest.raises(RateLimited):
        await one.take("alice", 1)
    assert (await one.take("alice", 2)).remaining == 0


async def test_a_call_given_back_can_be_taken_again(process: Process):
    one, other = process(), process()
    await one.take("alice", 1)
    for _ in range(2):
        await other.give_back("alice")
    assert (await one.take("alice", 1)).remaining == 0


async def test_a_window_ends(process: Process):
    one = process(window_seconds=0.2)
    await one.take("alice", 1)
    await asyncio.sleep(0.25)
    assert (await one.take("alice", 1)).remaining == 0


async def test_without_redis_each_counts_by_itself_and_says_so_once(process: Process, redis_server, caplog):
    one, other = process(), process()
    await one.take("alice", 2)
    await other.take("alice", 2)
    redis_server.stop()
    assert await asyncio.gather(*(one.take("alice", 3) for _ in range(3)))
    with pytest.raises(RateLimited):
        await one.take("alice", 3)
    assert (await other.take("alice", 3)).remaining == 2
    await until(lambda: caplog.text.count("Redis does not answer") == 2)
    with pytest.raises(RateLimited):
        await one.take("alice", 3)
    assert caplog.text.count("Redis does not answer") == 2


async def test_when_redis_is_back_they_count_together_again(process: Process, redis_server, caplog):
    one, other = process(), process()
    await one.take("alice", 5)
    redis_server.stop()
    await one.take("alice", 5)
    await until(lambda: "Redis does not answer" in caplog.text)
    redis_server.start()
    await until(lambda: "Redis answers again" in caplog.text)
    await one.take("alice", 5)
    assert (await other.take("alice", 5)).remaining == 3


async def test_nobody_waits_for_a_redis_that_says_nothing(process: Process, redis_server):
    one = process()
    await one.take("alice", 100)
    redis_server.freeze()
    await one.take("alice", 100)
    before = time.monotonic()
    for _ in range(50):
        await one.take("alice", 100)
    # Fifty times the patience would be 12 s.
    assert time.monotonic() - before < 1
