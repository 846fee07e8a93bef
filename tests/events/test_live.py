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


async def test_many_calls_wake_all_watchers_together_and_once_a_second(live: Live, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_module, "TICK_SECONDS", 0.2)
    monkeypatch.setattr(live_module, "MANY_WATCHERS", 2)
    woken: list[float] = []

    async def watch() -> None:
        async with live.subscribe() as changes:
            while True:
                await changes.wait()
                woken.append(asyncio.get_running_loop().time())

    watching = [asyncio.create_task(watch()) for _ in range(2)]
    for _ in range(25):
        await asyncio.sleep(0.02)
        live.stored(["evt_1"])
    for task in watching:
        task.cancel()
    one, another = woken[::2], woken[1::2]
    assert 2 <= len(one) <= 4
    assert all(later - earlier < 0.05 for earlier, later in zip(one, another, strict=True))


async def test_a_call_of_this_process_wakes_once_so_that_the_next_need_not_wait(
    live: Live, database: Database, make_call, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live_module, "POLL_SECONDS", 0.02)
    async with live.subscribe() as changes:
        await asyncio.sleep(0.1)
        live.stored(await database.write(store, [make_call(1)], "proc_1"))
        await asyncio.wait_for(changes.wait(), 1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(changes.wait(), 1.5)


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
