"""`fluxgate key create`: a key printed once, stored only as its hash."""

import sqlite3

import pytest

from fluxgate_app.accounts.identity import identify
from fluxgate_app.errors import Forbidden, Unauthorized


def test_it_prints_a_key_that_opens_what_its_owner_may(fluxgate, ada, stored):
    ended = fluxgate("key", "create", "my laptop", "--user", ada)
    assert ended.code == 0
    with stored.reading() as session:
        assert identify(session, bearer=ended.out.strip()).email == ada


def test_the_key_is_nowhere_in_the_database(fluxgate, ada, data_dir):
    key = fluxgate("key", "create", "my laptop", "--user", ada).out.strip()
    with sqlite3.connect(data_dir / "fluxgate.db") as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "my laptop" in dump
    assert key.rsplit("_", 1)[1] not in dump


def test_a_key_can_be_limited_to_a_scope(fluxgate, ada, stored):
    key = fluxgate("key", "create", "mobile", "--user", ada, "--scope", "chat", "--days", "30").out.strip()
    with stored.reading() as session:
        identity = identify(session, bearer=key)
    identity.require("chat")
    with pytest.raises(Forbidden):
        identity.require("embeddings")


def test_it_refuses_an_owner_that_nobody_is(fluxgate):
    ended = fluxgate("key", "create", "my laptop", "--user", "nobody@example.com")
    assert (ended.code, ended.out, ended.err) == (1, "", "No account has this e-mail\n")


def test_it_refuses_a_scope_that_does_not_exist(fluxgate, ada):
    ended = fluxgate("key", "create", "my laptop", "--user", ada, "--scope", "everything")
    assert ended.code == 1
    assert "chat, embeddings, events:write, events:read" in ended.err


def test_it_refuses_more_days_than_a_calendar_has(fluxgate, ada):
    ended = fluxgate("key", "create", "my laptop", "--user", ada, "--days", "99999999")
    assert ended.code == 2
    assert "--days" in ended.err


def test_a_key_can_have_a_limit_of_its_own(fluxgate, ada, stored):
    key = fluxgate("key", "create", "mobile", "--user", ada, "--per-minute", "600").out.strip()
    with stored.reading() as session:
        assert identify(session, bearer=key).limit_per_minute == 600
    assert fluxgate("key", "create", "mobile", "--user", ada, "--per-minute", "0").code == 2


def test_the_list_tells_no_secret(fluxgate, ada):
    keys = [fluxgate("key", "create", name, "--user", ada).out.strip() for name in ("laptop", "phone")]
    listed = fluxgate("key", "list").out
    for key in keys:
        _, prefix, secret = key.split("_", 2)
        assert prefix in listed
        assert secret not in listed
    assert listed.index("phone") < listed.index("laptop")
    assert fluxgate("key", "list", "--user", ada).out == listed
    assert fluxgate("key", "list", "--user", "nobody@example.com").code == 1


@pytest.mark.parametrize("by", ["prefix", "id"])
def test_a_revoked_key_is_not_listed_and_opens_nothing(fluxgate, ada, stored, by):
    key = fluxgate("key", "create", "laptop", "--user", ada).out.strip()
    prefix = key.split("_")[1]
    with stored.reading() as session:
        key_id = identify(session, bearer=key).api_key_id
    assert fluxgate("key", "revoke", prefix if by == "prefix" else key_id).code == 0
    assert prefix not in fluxgate("key", "list").out
    with stored.reading() as session, pytest.raises(Unauthorized):
        identify(session, bearer=key)


def test_it_refuses_to_revoke_what_is_no_key(fluxgate):
    ended = fluxgate("key", "revoke", "laptop")
    assert (ended.code, ended.out, ended.err) == (1, "", "There is no key 'laptop'\n")
