"""The old password makes way for a new one, and every other session ends."""

import pytest

from fluxgate_app.accounts import sessions
from fluxgate_app.accounts.identity import Identity, identify
from fluxgate_app.accounts.limits import LoginThrottle
from fluxgate_app.accounts.login import change_password, log_in
from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid, RateLimited, Unauthorized
from fluxgate_app.models import Account

from .conftest import EMAIL, PASSWORD

NEW = "staple battery horse"
HERE = "127.0.0.1"


@pytest.fixture
async def cookies(database: Database, alice: Account) -> list[str]:
    """Two browsers of Alice's."""
    return [await database.write(sessions.begin, alice) for _ in range(2)]


@pytest.fixture
async def asker(database: Database, cookies: list[str]) -> Identity:
    """Alice in the first of them."""
    return await database.read(identify, cookies[0])


async def test_the_new_password_opens_and_the_old_one_does_not(database: Database, asker: Identity):
    await change_password(database, LoginThrottle(), asker, old=PASSWORD, new=NEW, address=HERE)
    assert await log_in(database, LoginThrottle(), EMAIL, NEW, HERE)
    with pytest.raises(Unauthorized):
        await log_in(database, LoginThrottle(), EMAIL, PASSWORD, HERE)


async def test_every_other_session_ends(database: Database, asker: Identity, cookies: list[str]):
    assert await database.read(sessions.count, asker.account_id) == 2
    await change_password(database, LoginThrottle(), asker, old=PASSWORD, new=NEW, address=HERE)
    assert await database.read(identify, cookies[0])
    with pytest.raises(Unauthorized):
        await database.read(identify, cookies[1])
    assert await database.read(sessions.count, asker.account_id) == 1


@pytest.mark.parametrize("given", [{"old": "wrong", "new": NEW}, {"old": PASSWORD, "new": "short"}])
async def test_what_is_refused_changes_nothing(
    database: Database, asker: Identity, cookies: list[str], given: dict[str, str]
):
    with pytest.raises(Invalid, match=r"password is wrong|at least 12"):
        await change_password(database, LoginThrottle(), asker, **given, address=HERE)
    assert await database.read(identify, cookies[1])
    assert await log_in(database, LoginThrottle(), EMAIL, PASSWORD, HERE)


async def test_whoever_took_a_session_may_guess_no_oftener_than_at_the_door(database: Database, asker: Identity):
    throttle = LoginThrottle()
    for _ in range(10):
        await throttle.take(EMAIL, HERE)
    with pytest.raises(RateLimited):
        await change_password(database, throttle, asker, old=PASSWORD, new=NEW, address=HERE)
