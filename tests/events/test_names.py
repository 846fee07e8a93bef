"""The names behind the ids of events, for those who may know them."""

from fluxgate_app.accounts import people
from fluxgate_app.events.names import names
from fluxgate_app.models import ApiKey


def test_accounts_and_keys_have_names_and_a_nameless_one_its_address(database) -> None:
    with database.writing() as session:
        ada = people.create(session, "ada@example.com", "no password", "Ada").id
        bob = people.create(session, "bob@example.com", "no password").id
        key = ApiKey(account_id=ada, name="Nightly", prefix="fg_1", key_hash="x")
        session.add(key)
        session.flush()
        ids = {ada, bob, key.id, "usr_gone"}
        assert names(session, None, ids) == {ada: "Ada", bob: "bob@example.com", key.id: "Nightly"}
        assert names(session, bob, ids) == {bob: "bob@example.com"}
        assert names(session, None, {bob}) == {bob: "bob@example.com"}
