"""Deleting a conversation, also while an answer is being written in it."""

import pytest

from fluxgate_app.errors import NotFound
from fluxgate_app.tracking import Owner, Status

from .conftest import Asked, Chat, socket_closed, until


async def test_what_is_being_written_is_stopped_first(chat: Chat, asked: Asked):
    generation = await chat.ask(model="demo-8kb")
    await until(lambda: generation.length > 50)
    await chat.generations.delete(chat.owner, chat.id)
    await socket_closed(asked())
    assert generation.tracking and generation.tracking.status is Status.CANCELLED
    with pytest.raises(NotFound):
        _ = chat.messages


async def test_it_refuses_another_accounts(chat: Chat, charlie: Owner):
    generation = await chat.ask(model="demo-8kb")
    for wanted in (chat.id, "conv_unknown"):
        with pytest.raises(NotFound):
            await chat.generations.delete(charlie, wanted)
    assert not generation.ended
    assert len(chat.messages) == 2
