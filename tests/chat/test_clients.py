"""The vendors' clients, kept with their connections until the end."""

import asyncio
from contextlib import suppress

from fluxgate_app.chat.clients import Clients
from fluxgate_app.chat.dialects.dialect import Address

GOOD = Address("http://127.0.0.1:9/v1", "sk-test", timeout=5)
BAD = Address("http://\0/", "sk-test", timeout=5)


async def test_a_client_is_made_once_for_an_address():
    clients = Clients()
    assert await clients.get("openai", GOOD) is await clients.get("openai", GOOD)
    await clients.close()


async def test_one_that_cannot_be_closed_keeps_none_of_the_others_open(caplog):
    clients = Clients()
    giving_up = asyncio.create_task(clients.get("openai", BAD))
    await asyncio.sleep(0)
    giving_up.cancel()
    with suppress(asyncio.CancelledError):
        await giving_up
    good = await clients.get("openai", GOOD)
    await clients.close()
    assert good.is_closed()
    assert "a client of openai could not be closed: InvalidURL" in caplog.text
