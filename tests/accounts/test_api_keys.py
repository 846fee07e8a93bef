"""A key opens what its owner may do, or its scopes, until it expires or is revoked."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fluxgate_app.accounts import api_keys, people
from fluxgate_app.accounts.api_keys import NewKey
from fluxgate_app.accounts.identity import authenticate
from fluxgate_app.db import Database
from fluxgate_app.errors import Forbidden, Invalid, NotFound, Unauthorized
from fluxgate_app.models import Account, ApiKey
from fluxgate_app.models.columns import now


@pytest.fixture
async def key(database: Database, alice: Account) -> NewKey:
    return await database.write(api_keys.create, alice.id, "laptop")


async def test_a_key_opens_its_owner_s_account(database: Database, alice: Account, key: NewKey):
    identity = await authenticate(database, bearer=key.key)
    assert (identity.account_id, identity.api_key_id) == (alice.id, key.id)
    for scope in api_keys.SCOPES:
        identity.require(scope)


async def test_only_the_hash_of_the_key_is_stored(database: Database, key: NewKey):
    stored = await database.read(lambda session: session.exec(select(ApiKey)).one())
    assert key.key.startswith(f"fg_{stored.prefix}_")
    assert len(key.key.removeprefix(f"fg_{stored.prefix}_")) >= 43
    assert key.key not in str(stored.model_dump())


async def test_its_use_is_noted(database: Database, key: NewKey):
    await authenticate(database, bearer=key.key)
    used_at = await database.read(lambda session: session.exec(select(ApiKey.last_used_at)).one())
    assert used_at is not None
    await authenticate(database, bearer=key.key)
    assert await database.read(lambda session: session.exec(select(ApiKey.last_used_at)).one()) == used_at


async def test_a_key_with_scopes_may_do_nothing_else(database: Database, alice: Account):
    key = await database.write(api_keys.create, alice.id, "reader", scopes=["events:read"])
    identity = await authenticate(database, bearer=key.key)
    identity.require("events:read")
    with pytest.raises(Forbidden):
        identity.require("chat")


async def test_a_key_without_any_scope_may_do_nothing(database: Database, alice: Account):
    key = await database.write(api_keys.create, alice.id, "nothing", scopes=[])
    identity = await authenticate(database, bearer=key.key)
    with pytest.raises(Forbidden):
        identity.require("chat")


async def test_a_key_counts_before_a_cookie(database: Database, key: NewKey):
    with pytest.raises(Unauthorized):
        await authenticate(database, "any cookie", "fg_0_0")
    assert (await authenticate(database, "any cookie", key.key)).api_key_id == key.id


async def test_a_revoked_key_opens_nothing_from_then_on(database: Database, alice: Account, key: NewKey):
    await database.write(api_keys.revoke, key.id, alice.id)
    with pytest.raises(Unauthorized):
        await authenticate(database, bearer=key.key)


async def test_nobody_revokes_another_s_key(database: Database, key: NewKey):
    with pytest.raises(NotFound):
        await database.write(api_keys.revoke, key.id, "usr_somebody")
    await authenticate(database, bearer=key.key)


async def test_an_expired_key_opens_nothing(database: Database, alice: Account):
    key = await database.write(api_keys.create, alice.id, "old", expires_at=now() - timedelta(seconds=1))
    with pytest.raises(Unauthorized):
        await authenticate(database, bearer=key.key)


async def test_a_key_of_a_disabled_account_opens_nothing(database: Database, alice: Account, key: NewKey):
    await database.write(people.disable, alice.email)
    with pytest.raises(Unauthorized):
        await authenticate(database, bearer=key.key)


async def test_a_wrong_secret_behind_a_right_prefix_opens_nothing(database: Database, key: NewKey):
    with pytest.raises(Unauthorized):
        await authenticate(database, bearer=key.key[:-1] + ("a" if key.key[-1] != "a" else "b"))


@pytest.mark.parametrize("bearer", ["", "fg_", "fg__", "sk-abc", "fg_abc_def", "ü_ü_ü"])
async def test_what_is_no_key_opens_nothing(database: Database, key: NewKey, bearer: str):
    with pytest.raises(Unauthorized):
        await authenticate(database, bearer=bearer)


@pytest.mark.parametrize("name", ["", "  ", "k" * 201])
async def test_it_refuses_a_bad_name(database: Database, alice: Account, name: str):
    with pytest.raises(Invalid, match="at most 200"):
        await database.write(api_keys.create, alice.id, name)


async def test_it_refuses_an_unknown_scope(database: Database, alice: Account):
    with pytest.raises(Invalid, match="events:read"):
        await database.write(api_keys.create, alice.id, "key", scopes=["everything"])
