"""What is done again and again for as long as the product runs."""

import asyncio
from contextlib import suppress

from fluxgate_app.wiring import repeat


async def test_work_that_fails_is_done_again(caplog):
    done = asyncio.Event()
    times = 0

    async def sweep() -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise ValueError("What is said about somebody")
        done.set()

    repeating = asyncio.create_task(repeat(sweep, 0.001))
    async with asyncio.timeout(5):
        await done.wait()
    repeating.cancel()
    with suppress(asyncio.CancelledError):
        await repeating
    assert "sweep failed and will be tried again: ValueError" in caplog.text
    assert "somebody" not in caplog.text
