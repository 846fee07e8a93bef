"""Whoever watches hears of stored calls, from this process at once and from others within a second or two."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import event

from fluxgate_app.db import Database
from fluxgate_app.events import live as live_module
from fluxgate_app.events.live import Live
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.events.store import store


@pytest.fixture
def live(database: Database, recorder: Recorder) -> Live:
    watched = Live(database)
    recorder.listen(watched.stored)
    return watched


async def test_a_watcher_hears_of_a_call_of_this_process(live: Live, recorder: Recorder, make_call):
    call = make_call(1)
    async with live.subscribe() as changes:
        recorder.started(call.start)
        recorder.ended(call.start, call.end)
        await asyncio.wait_for(changes.wait(), 1)


async def test_what_happened_while_it_was_busy_is_not_missed(live: Live):
    async with live.subscribe() as changes:
        await asyncio.to_thread(live.stored, ["evt_1"])
        await asyncio.to_thread(live.stored, ["evt_2"])
        await asyncio.wait_for(changes.wait(), 1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(changes.wait(), 0.05)


async def test_every_watcher_hears_of_calls_of_other_processes(
    live: Live, database: Database, make_call, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live_module, "POLL_SECONDS", 0.02)
    async with live.subscribe() as one, live.subscribe() as another:
        await asyncio.sleep(0.1)
        await database.write(store, [make_call(1)], "proc_other")
        await asyncio.wait_for(asyncio.gather(one.wait(), another.wait()), 2)


async def test_nobody_asks_the_database_when_nobody_watches(
    live: Live, database: Database, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    monkeypatch.setattr(live_module, "POLL_SECONDS", 0.01)
    async with live.subscribe(), live.subscribe():
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.05)
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    await asyncio.sleep(0.05)
    assert asked == []


async def test_watching_survives_a_database_that_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_module, "POLL_SECONDS", 0.01)
    live = Live(Database(f"sqlite:///{tmp_path / 'unmigrated.db'}"))
    async with live.subscribe() as changes:
        await asyncio.sleep(0.05)
        live.stored(["evt_1"])
        await asyncio.wait_for(changes.wait(), 1)
