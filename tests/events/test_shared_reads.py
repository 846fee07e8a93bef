"""What many ask for at the same moment is read once."""

import asyncio

import pytest

from fluxgate_app.errors import Invalid
from fluxgate_app.events.shared_reads import SharedReads


class Reading:
    """Counts how often it was done."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> int:
        self.times += 1
        await asyncio.sleep(0.02)
        return self.times


async def test_those_who_ask_together_share_one_read():
    reads, reading = SharedReads(), Reading()
    assert await asyncio.gather(*(reads.get("all", 1, reading) for _ in range(50))) == [1] * 50
    assert await reads.get("all", 1, reading) == 1


async def test_whoever_may_see_other_calls_gets_another_read():
    reads, reading = SharedReads(), Reading()
    everybody_s, own = ("page", None), ("page", "usr_alice")
    await asyncio.gather(reads.get(everybody_s, 1, reading), reads.get(own, 1, reading))
    assert reading.times == 2


async def test_what_is_too_old_is_read_again():
    reads, reading = SharedReads(), Reading()
    await reads.get("all", 0.03, reading)
    await asyncio.sleep(0.02)
    assert await reads.get("all", 0.03, reading) == 2


async def test_one_who_leaves_does_not_end_the_read_of_the_others():
    reads, reading = SharedReads(), Reading()
    leaving, staying = (asyncio.create_task(reads.get("all", 1, reading)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 1


async def test_all_hear_what_went_wrong():
    async def refuse() -> None:
        raise Invalid("color is no filter")

    reads = SharedReads()
    for answer in await asyncio.gather(*(reads.get("all", 1, refuse) for _ in range(2)), return_exceptions=True):
        assert isinstance(answer, Invalid)
    with pytest.raises(Invalid):
        await reads.get("all", 1, refuse)
