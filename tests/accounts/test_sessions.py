"""A login session slides on while it is used, and ends when it is ended."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select, update

from fluxgate_app.accounts import sessions
from fluxgate_app.accounts.identity import authenticate
from fluxgate_app.db import Database
from fluxgate_app.errors import Unauthorized
from fluxgate_app.models import Account, LoginSession
from fluxgate_app.models.columns import now


@pytest.fixture
async def cookie(database: Database, alice: Account) -> str:
    return await database.write(sessions.begin, alice)


def leave(session: Session, left: timedelta) -> None:
    session.exec(update(LoginSession).values(expires_at=now() + left))


def left(session: Session) -> timedelta:
    return session.exec(select(LoginSession.expires_at)).one() - now()


async def test_a_session_opens_with_its_cookie(database: Database, alice: Account, cookie: str):
    identity = await authenticate(database, cookie)
    assert (identity.account_id, identity.email, identity.name) == (alice.id, alice.email, "Alice")
    assert identity.api_key_id is None


async def test_only_the_hash_of_the_cookie_is_stored(database: Database, cookie: str):
    stored = await database.read(lambda session: session.exec(select(LoginSession.token_hash)).one())
    assert len(cookie) >= 43
    assert cookie not in stored


async def test_a_used_session_lives_another_fourteen_days(database: Database, cookie: str):
    await database.write(leave, timedelta(days=1))
    await authenticate(database, cookie)
    assert await database.read(left) > timedelta(days=13, hours=23)


async def test_within_an_hour_its_use_is_not_written_again(database: Database, cookie: str):
    await database.write(leave, timedelta(days=13, hours=23, minutes=30))
    await authenticate(database, cookie)
    assert await database.read(left) < timedelta(days=13, hours=23, minutes=31)


async def test_an_expired_session_opens_nothing(database: Database, cookie: str):
    await database.write(leave, timedelta(seconds=-1))
    with pytest.raises(Unauthorized):
        await authenticate(database, cookie)


async def test_a_session_is_over_after_the_log_out(database: Database, cookie: str):
    await database.write(sessions.end, cookie)
    with pytest.raises(Unauthorized):
        await authenticate(database, cookie)


async def test_an_ended_session_is_not_renewed(database: Database, cookie: str):
    identity = await authenticate(database, cookie)
    await database.write(sessions.end, cookie)
    await database.write(sessions.renew, identity.session_hash)
    with pytest.raises(Unauthorized):
        await authenticate(database, cookie)


async def test_a_log_in_sweeps_expired_sessions_away(database: Database, alice: Account, cookie: str):
    await database.write(leave, timedelta(seconds=-1))
    await database.write(sessions.begin, alice)
    assert len(await database.read(lambda session: session.exec(select(col(LoginSession.token_hash))).all())) == 1


@pytest.mark.parametrize("token", [None, "", "nonsense"])
async def test_another_cookie_opens_nothing(database: Database, cookie: str, token: str | None):
    with pytest.raises(Unauthorized):
        await authenticate(database, token)
