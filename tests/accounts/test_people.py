"""Accounts are made, found, listed, promoted, demoted, given new passwords, disabled and enabled."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from fluxgate_app.accounts import api_keys, people, sessions
from fluxgate_app.accounts.identity import identify
from fluxgate_app.db import Database
from fluxgate_app.errors import Conflict, Invalid, NotFound, Unauthorized
from fluxgate_app.models import Account, Role
from fluxgate_app.models.columns import now


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


@pytest.mark.parametrize("change", [people.promote, people.demote, people.disable, people.enable])
async def test_it_says_when_nobody_has_the_e_mail(database: Database, change: object):
    with pytest.raises(NotFound, match="No account"):
        await database.write(change, "nobody@example.com")  # type: ignore[arg-type]


@pytest.fixture
def admins(database: Database) -> list[Account]:
    """Two admins, Ada and Grace."""
    with database.writing() as session:
        return [people.create(session, f"{name}@example.com", "hash", name, Role.ADMIN) for name in ("ada", "grace")]


async def test_a_demoted_account_is_no_admin(database: Database, admins: list[Account]):
    await database.write(people.demote, admins[1].email)
    cookie = await database.write(sessions.begin, admins[1])
    assert not (await database.read(identify, cookie)).is_admin


@pytest.mark.parametrize("change", [people.demote, people.disable])
async def test_the_last_admin_who_can_sign_in_stays_one(database: Database, admins: list[Account], change: Any):
    await database.write(people.disable, admins[0].email)
    with pytest.raises(Conflict, match=r"^grace@example.com is the only admin"):
        await database.write(change, admins[1].email)
    cookie = await database.write(sessions.begin, admins[1])
    assert (await database.read(identify, cookie)).is_admin


async def test_of_two_admins_who_demote_each_other_at_the_same_moment_one_stays(
    database: Database, admins: list[Account]
):
    await asyncio.gather(*(database.write(people.demote, a.email) for a in admins), return_exceptions=True)
    assert await database.read(people.admin_exists)


async def test_a_disabled_admin_can_be_demoted(database: Database, admins: list[Account]):
    await database.write(people.disable, admins[0].email)
    await database.write(people.demote, admins[0].email)
    assert [view.role for view in await database.read(people.by_email)] == [Role.USER, Role.ADMIN]


async def test_an_enabled_account_is_let_in_again(database: Database, alice: Account):
    await database.write(people.disable, alice.email)
    await database.write(people.enable, alice.email)
    cookie = await database.write(sessions.begin, alice)
    assert (await database.read(identify, cookie)).account_id == alice.id


async def test_a_renamed_account_has_its_new_name(database: Database, alice: Account):
    await database.write(people.rename, alice.id, " Alice Liddell ")
    assert [view.name for view in await database.read(people.by_email)] == ["Alice Liddell"]
    with pytest.raises(Invalid, match="at most 200"):
        await database.write(people.rename, alice.id, "a" * 201)


async def test_it_lists_when_somebody_was_last_seen(database: Database, alice: Account, admins: list[Account]):
    await database.write(sessions.begin, alice)
    key = await database.write(api_keys.create, admins[0].id, "key")
    await database.write(api_keys.note_use, key.id)
    ada, other, grace = await database.read(people.by_email)
    assert (ada.email, other.email, grace.email) == ("ada@example.com", "alice@example.com", "grace@example.com")
    for seen in (ada, other):
        assert seen.last_seen_at is not None
        assert abs(seen.last_seen_at - now()) < timedelta(minutes=1)
    assert grace.last_seen_at is None
