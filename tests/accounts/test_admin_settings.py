"""What admins decide, as each process knows it."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

from fluxgate_app.accounts.admin_settings import AdminSettings
from fluxgate_app.db import Database


@dataclass(eq=False)
class SlowLook:
    """Holds the first look at the decisions up until it may go on."""

    began: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "admin_setting" in statement and not self.began.is_set():
            self.began.set()
            self.goes_on.wait(10)


@pytest.fixture
def slow_look(database: Database) -> Iterator[SlowLook]:
    look = SlowLook()
    event.listen(database.engine, "after_cursor_execute", look)
    yield look
    event.remove(database.engine, "after_cursor_execute", look)


async def test_a_decision_counts_at_once(database: Database):
    settings = AdminSettings(database)
    assert not (await settings.current()).signup_open
    await settings.decide(None, signup_open=True)
    assert (await settings.current()).signup_open
    assert (await AdminSettings(database).current()).signup_open


async def test_a_look_that_began_before_a_decision_does_not_take_it_back(database: Database, slow_look: SlowLook):
    settings = AdminSettings(database)
    looking = asyncio.create_task(settings.current())
    await asyncio.to_thread(slow_look.began.wait, 10)
    await settings.decide(None, signup_open=True)
    slow_look.goes_on.set()
    assert (await looking).signup_open
    assert (await settings.current()).signup_open
