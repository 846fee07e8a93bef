"""Passwords: how long they must be, and their argon2id hashes, made two at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from passlib.handlers.argon2 import argon2  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

from fluxgate_app.errors import Invalid

MIN_LENGTH = 12
MAX_LENGTH = 1000

_argon2id: Any = argon2.using(type="ID")  # pyright: ignore[reportUnknownMemberType]

# One hash takes 64 MB and 0.1 s of a core, and a thread that hashes cannot be called back: two threads, no semaphore.
_two_at_once = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


async def hashed(password: str) -> str:
    """The hash to store. Async because it is made in a thread. Raises Invalid for a length that is not allowed."""
    if len(password) < MIN_LENGTH:
        raise Invalid(f"The password must have at least {MIN_LENGTH} characters")
    if len(password) > MAX_LENGTH:
        raise Invalid(f"The password must have at most {MAX_LENGTH} characters")
    return await asyncio.get_running_loop().run_in_executor(_two_at_once, _argon2id.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    """Whether this password made the stored hash; async because it is checked in a thread.

    Without a stored hash (nobody has that e-mail) the answer is no, after the same work, so that time tells nothing.
    """
    loop = asyncio.get_running_loop()
    shortened = password[:MAX_LENGTH]
    if stored is None:
        await loop.run_in_executor(_two_at_once, _argon2id.hash, shortened)
        return False
    same: bool = await loop.run_in_executor(_two_at_once, _argon2id.verify, shortened, stored)
    return same and len(password) <= MAX_LENGTH
