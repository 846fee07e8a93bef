"""Work that is only worth doing while the client is there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Send

# Who has taken nothing for so long will not take the rest; the vendor is not kept waiting for them.
READING_SECONDS = 60.0
# Most clients stay; whether one has left is looked at only from then on.
STAYING_SECONDS = 0.1

T = TypeVar("T")


async def send_on(send: Send, message: Message) -> None:
    """Send the next piece of a stream. Raises ClientDisconnect when the client does not take it."""
    try:
        async with asyncio.timeout(READING_SECONDS):
            await send(message)
    except TimeoutError:
        raise ClientDisconnect from None


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Do the work; cancel it, and wait until it has cleaned up, as soon as the client is gone.

    The request's body must have been read. Raises ClientDisconnect when the client left first.
    """
    working, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert working is not None
    gone = False
    watching: asyncio.Task[None] | None = None

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        working.cancel()

    def begin() -> None:
        nonlocal watching
        watching = loop.create_task(watch())

    patience = loop.call_later(STAYING_SECONDS, begin)
    try:
        return await work
    except asyncio.CancelledError:
        # Not ours alone when somebody else cancelled us too.
        if gone and not working.uncancel():
            raise ClientDisconnect from None
        raise
    finally:
        patience.cancel()
        if watching is not None:
            watching.cancel()
