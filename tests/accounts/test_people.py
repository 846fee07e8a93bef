"""Accounts are made, found, promoted, given new passwords and disabled."""

import pytest

from fluxgate_app.accounts import people, sessions
from fluxgate_app.accounts.identity import identify
from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid, NotFound, Unauthorized
from fluxgate_app.models import Account, Role


async def test_an_account_is_found_in_whatever_case_its_e_mail_is_written(database: Database, alice: Account):
    found = await database.read(people.find, " Alice@EXAMPLE.com ")
    assert found is not None
    assert (found.id, found.email, found.role) == (alice.id, "alice@example.com", Role.USER)


async def test_an_e_mail_nobody_has_finds_nothing(database: Database, alice: Account):
    assert await database.read(people.find, "bob@example.com") is None
    assert await database.read(people.find, "bob\0@example.com") is None


async def test_it_refuses_an_e_mail_that_is_taken(database: Database, alice: Account):
    with pytest.raises(Invalid, match="exists already"):
        await database.write(people.create, "ALICE@example.com", "hash")


@pytest.mark.parametrize("email", ["", "alice", "@example.com", "alice@", "a@b@c", "a b@c.de", "a@" + "b" * 320])
async def test_it_refuses_what_is_no_e_mail(database: Database, email: str):
    with pytest.raises(Invalid, match="must look like"):
        await database.write(people.create, email, "hash")


async def test_it_refuses_a_name_of_201_characters(database: Database):
    with pytest.raises(Invalid, match="at most 200"):
        await database.write(people.create, "bob@example.com", "hash", "b" * 201)


async def test_a_new_password_ends_all_sessions(database: Database, alice: Account):
    cookies = [await database.write(sessions.begin, alice) for _ in range(2)]
    await database.write(people.reset_password, alice.email, "another hash")
    for cookie in cookies:
        with pytest.raises(Unauthorized):
            await database.read(identify, cookie)


async def test_a_promoted_account_is_an_admin(database: Database, alice: Account):
    assert not await database.read(people.admin_exists)
    await database.write(people.promote, alice.email)
    cookie = await database.write(sessions.begin, alice)
    assert (await database.read(identify, cookie)).is_admin
    assert await database.read(people.admin_exists)


@pytest.mark.parametrize("change", [people.promote, people.disable])
async def test_it_says_when_nobody_has_the_e_mail(database: Database, change: object):
    with pytest.raises(NotFound, match="No account"):
        await database.write(change, "nobody@example.com")  # type: ignore[arg-type]
