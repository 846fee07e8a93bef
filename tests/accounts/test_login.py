"""The right password begins a session; everything else looks the same from outside."""

import pytest

from fluxgate_app.accounts import people, sessions
from fluxgate_app.accounts.identity import identify
from fluxgate_app.accounts.limits import LoginThrottle
from fluxgate_app.accounts.login import log_in
from fluxgate_app.db import Database
from fluxgate_app.errors import RateLimited, Unauthorized
from fluxgate_app.models import Account

from .conftest import EMAIL, PASSWORD

HERE = "127.0.0.1"


async def test_the_right_password_begins_a_session(database: Database, alice: Account):
    cookie = await log_in(database, LoginThrottle(), EMAIL.upper(), PASSWORD, HERE)
    assert (await database.read(identify, cookie)).account_id == alice.id


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("bob@example.com", PASSWORD), ("", "")])
async def test_it_does_not_say_what_was_wrong(database: Database, alice: Account, email: str, password: str):
    with pytest.raises(Unauthorized, match=r"^Wrong e-mail or password$"):
        await log_in(database, LoginThrottle(), email, password, HERE)


async def test_a_disabled_account_is_not_let_in(database: Database, alice: Account):
    await database.write(people.disable, EMAIL)
    with pytest.raises(Unauthorized, match=r"^Wrong e-mail or password$"):
        await log_in(database, LoginThrottle(), EMAIL, PASSWORD, HERE)


async def test_a_password_changed_while_the_old_one_was_checked_begins_nothing(database: Database, alice: Account):
    await database.write(people.reset_password, EMAIL, "another hash")
    with pytest.raises(Unauthorized):
        await database.write(sessions.begin, alice)


async def test_an_account_is_throttled_after_ten_wrong_passwords(database: Database, alice: Account):
    throttle = LoginThrottle()
    for _ in range(10):
        await throttle.take(EMAIL, HERE)
    with pytest.raises(RateLimited, match="Please wait 300 seconds"):
        await log_in(database, throttle, EMAIL.upper(), PASSWORD, "192.0.2.7")


async def test_an_address_is_throttled_after_fifty_wrong_passwords():
    throttle = LoginThrottle()
    for number in range(50):
        await throttle.take(f"{number}@example.com", HERE)
    with pytest.raises(RateLimited):
        await throttle.take("another@example.com", HERE)
    await throttle.take("another@example.com", "192.0.2.7")


async def test_right_passwords_are_not_counted():
    throttle = LoginThrottle()
    for _ in range(100):
        await throttle.take(EMAIL, HERE)
        await throttle.succeeded(EMAIL, HERE)


async def test_no_other_way_to_write_an_e_mail_has_tries_of_its_own(database: Database, alice: Account):
    with pytest.raises(Unauthorized):
        await log_in(database, LoginThrottle(), EMAIL.replace("@", "\0@"), PASSWORD, HERE)
