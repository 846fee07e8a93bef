"""Stopping an answer: the provider is told at once, what was written stays."""

import asyncio
import time

import pytest

from fluxgate_app.models import MessageStatus
from fluxgate_app.tracking import Status

from .conftest import Asked, Calls, Chat, read, socket_closed, until

# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google"])
async def test_it_closes_the_providers_socket_and_keeps_the_text(chat: Chat, asked: Asked, provider):
    generation = await chat.ask(model=f"{provider}/demo-8kb")
    following = asyncio.create_task(read(generation))
    await until(lambda: generation.length > 50)
    stopped = time.monotonic()
    generation.stop()

    assert await socket_closed(asked()) - stopped < 0.2
    assert await following == generation.text != ""
    assert (generation.status, generation.error) == (MessageStatus.STOPPED, None)
    assert generation.tracking and generation.tracking.status is Status.CANCELLED
    assert generation.tracking.usage.output_tokens
    answer = chat.messages[1]
    assert (answer.status, answer.content) == (MessageStatus.STOPPED, generation.text)
    assert answer.tracking_id == generation.tracking_id


@pytest.mark.parametrize("model", ["demo-slow", "demo-stall"])
async def test_it_does_not_wait_for_a_provider_that_says_nothing(chat: Chat, asked: Asked, demo, model):
    # It keeps only so many, and is the same for all tests.
    demo.requests.clear()
    generation = await chat.ask(model=model)
    await until(lambda: len(demo.requests) > 0)
    stopped = time.monotonic()
    generation.stop()
    assert await socket_closed(asked()) - stopped < 0.2
    await generation.wait()
    assert generation.status is MessageStatus.STOPPED


async def test_stopped_before_anything_was_sent_nothing_is(chat: Chat, calls: Calls):
    generation = await chat.ask(model="demo-8kb")
    generation.stop()
    await generation.wait()
    assert (chat.messages[1].status, chat.messages[1].tracking_id) == (MessageStatus.STOPPED, None)
    assert calls.started_calls == []


async def test_stopping_twice_or_after_the_end_changes_nothing(chat: Chat):
    generation = await chat.ask(model="demo-1kb")
    await until(lambda: generation.length > 50)
    generation.stop()
    generation.stop()
    generation.interrupt()
    await generation.wait()
    assert chat.messages[1].status is MessageStatus.STOPPED
    whole = await chat.ask(model="demo-fast")
    await whole.wait()
    whole.stop()
    assert whole.status is chat.messages[3].status is MessageStatus.DONE
