"""Passwords are hashed with argon2id, in threads, two at a time."""

import asyncio
import threading

import pytest

from fluxgate_app.accounts import passwords
from fluxgate_app.errors import Invalid


async def test_a_password_matches_its_own_hash_only(password_hash: str):
    assert password_hash.startswith("$argon2id$")
    assert await passwords.matches("correct horse battery", password_hash)
    assert not await passwords.matches("correct horse batterz", password_hash)


async def test_nobody_s_password_is_wrong():
    assert not await passwords.matches("correct horse battery", None)


async def test_it_refuses_eleven_characters():
    with pytest.raises(Invalid, match="at least 12"):
        await passwords.hashed("a" * 11)


async def test_twelve_equal_characters_will_do():
    assert (await passwords.hashed("a" * 12)).startswith("$argon2id$")


async def test_it_refuses_a_thousand_and_one_characters(password_hash: str):
    with pytest.raises(Invalid, match="at most 1000"):
        await passwords.hashed("a" * 1001)
    assert not await passwords.matches("a" * 1_000_000, password_hash)


async def test_at_most_two_are_checked_at_once(password_hash: str):
    checks = [asyncio.create_task(passwords.matches("wrong", password_hash)) for _ in range(5)]
    await asyncio.wait(checks)
    assert sum(thread.name.startswith("password") for thread in threading.enumerate()) <= 2
