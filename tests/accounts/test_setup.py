"""The first admin comes through a link that works once, or from the settings."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from fluxgate_app.accounts import passwords, people, setup
from fluxgate_app.db import Database
from fluxgate_app.errors import Forbidden, Invalid, NotFound, SettingError
from fluxgate_app.models import Account, Role, SetupLink
from fluxgate_app.settings import Settings, load

from .conftest import EMAIL, PASSWORD


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data_dir=tmp_path)


async def test_the_link_makes_the_first_admin(database: Database, settings: Settings):
    token = await setup.prepare(database, settings)
    assert token is not None
    admin = await setup.create_first_admin(database, token, EMAIL, PASSWORD, "Alice")
    assert (admin.email, admin.name, admin.role) == (EMAIL, "Alice", Role.ADMIN)
    assert await passwords.matches(PASSWORD, admin.password_hash)


async def test_only_the_hash_of_the_link_is_stored(database: Database, settings: Settings):
    token = await setup.prepare(database, settings)
    stored = await database.read(lambda session: session.exec(select(SetupLink.token_hash)).one())
    assert token is not None
    assert len(token) >= 43
    assert token not in stored


async def test_the_link_works_once(database: Database, settings: Settings):
    token = await setup.prepare(database, settings) or ""
    await setup.create_first_admin(database, token, EMAIL, PASSWORD)
    with pytest.raises(Forbidden, match="not valid"):
        await setup.create_first_admin(database, token, "bob@example.com", PASSWORD)


async def test_of_two_at_the_same_moment_one_becomes_admin(database: Database, settings: Settings):
    token = await setup.prepare(database, settings) or ""
    tries = (setup.create_first_admin(database, token, f"{name}@example.com", PASSWORD) for name in "ab")
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(result) for result in results} == {Account, Forbidden}


async def test_a_new_start_kills_the_old_link(database: Database, settings: Settings):
    old = await setup.prepare(database, settings) or ""
    new = await setup.prepare(database, settings) or ""
    with pytest.raises(Forbidden):
        await setup.create_first_admin(database, old, EMAIL, PASSWORD)
    await setup.create_first_admin(database, new, EMAIL, PASSWORD)


async def test_the_link_is_dead_once_an_admin_exists(database: Database, settings: Settings, alice: Account):
    token = await setup.prepare(database, settings) or ""
    await database.write(people.promote, alice.email)
    with pytest.raises(Forbidden):
        await setup.create_first_admin(database, token, "bob@example.com", PASSWORD)
    assert await setup.prepare(database, settings) is None


async def test_a_bad_password_leaves_the_link_alive(database: Database, settings: Settings):
    token = await setup.prepare(database, settings) or ""
    with pytest.raises(Invalid):
        await setup.create_first_admin(database, token, EMAIL, "short")
    await setup.create_first_admin(database, token, EMAIL, PASSWORD)


async def test_an_e_mail_that_is_none_leaves_the_link_alive(database: Database, settings: Settings):
    token = await setup.prepare(database, settings) or ""
    with pytest.raises(Invalid):
        await setup.create_first_admin(database, token, "alice", PASSWORD)
    await setup.create_first_admin(database, token, EMAIL, PASSWORD)


async def test_the_settings_make_an_admin_instead(database: Database, tmp_path: Path):
    settings = load(data_dir=tmp_path, admin_email="Root@example.com", admin_password=PASSWORD)
    assert await setup.prepare(database, settings) is None
    admin = await database.read(people.find, "root@example.com")
    assert admin is not None
    assert admin.role == Role.ADMIN
    assert await passwords.matches(PASSWORD, admin.password_hash)
    assert await setup.prepare(database, settings) is None


async def test_the_settings_promote_whoever_has_that_e_mail(database: Database, tmp_path: Path, alice: Account):
    settings = load(data_dir=tmp_path, admin_email=EMAIL, admin_password="quite another password")
    assert await setup.prepare(database, settings) is None
    admin = await database.read(people.find, EMAIL)
    assert admin is not None
    assert (admin.id, admin.role, admin.password_hash) == (alice.id, Role.ADMIN, alice.password_hash)


async def test_nobody_is_promoted_by_a_wrong_e_mail(database: Database):
    with pytest.raises(NotFound):
        await database.write(people.promote, "nobody@example.com")


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"admin_email": EMAIL}, "belong together"),
        ({"admin_password": PASSWORD}, "belong together"),
        ({"admin_email": "alice", "admin_password": PASSWORD}, "The e-mail must look like"),
        ({"admin_email": EMAIL, "admin_password": "x" * 1001}, "at most 1000 characters"),
    ],
)
async def test_settings_that_make_no_admin_are_named(database: Database, tmp_path: Path, values: Any, wrong: str):
    with pytest.raises(SettingError, match=f"^FLUXGATE_ADMIN_EMAIL and FLUXGATE_ADMIN_PASSWORD.* {wrong}"):
        await setup.prepare(database, load(data_dir=tmp_path, **values))
