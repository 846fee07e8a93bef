"""`fluxgate user`: accounts made and changed at the console."""

import asyncio

import pytest

from fluxgate_app.accounts import passwords, people, sessions
from fluxgate_app.accounts.identity import identify
from fluxgate_app.db import Database
from fluxgate_app.errors import Unauthorized
from fluxgate_app.models import Account, Role


def account(stored: Database) -> Account:
    with stored.reading() as session:
        found = people.find(session, "ada@example.com")
        assert found is not None
        return found


def test_it_makes_an_account_that_can_sign_in(fluxgate, stored, password):
    assert account(stored).role == Role.USER
    assert asyncio.run(passwords.matches(password, account(stored).password_hash))


def test_it_makes_an_admin(fluxgate, password):
    ended = fluxgate("user", "create", "Root@Example.com", "--admin", "--name", "Root", stdin=password)
    assert (ended.code, ended.out) == (0, "root@example.com can sign in as admin.\n")


def test_it_promotes(fluxgate, ada, stored):
    assert fluxgate("user", "promote", ada).out == "ada@example.com is an admin.\n"
    assert account(stored).role == Role.ADMIN


def test_a_new_password_replaces_the_old_one_and_ends_sessions(fluxgate, ada, stored, password):
    with stored.writing() as session:
        cookie = sessions.begin(session, account(stored))
    assert fluxgate("user", "reset-password", ada, stdin="another long password\n").code == 0
    assert asyncio.run(passwords.matches("another long password", account(stored).password_hash))
    assert not asyncio.run(passwords.matches(password, account(stored).password_hash))
    with stored.reading() as session, pytest.raises(Unauthorized):
        identify(session, cookie_token=cookie)


def test_it_disables(fluxgate, ada, stored):
    assert fluxgate("user", "disable", ada).out == "ada@example.com is disabled.\n"
    assert account(stored).disabled_at is not None


@pytest.mark.parametrize("command", ["promote", "disable", "reset-password"])
def test_it_refuses_an_e_mail_that_nobody_has(fluxgate, command, password):
    ended = fluxgate("user", command, "nobody@example.com", stdin=password)
    assert (ended.code, ended.out, ended.err) == (1, "", "No account has this e-mail\n")


def test_it_refuses_a_second_account_with_the_same_e_mail(fluxgate, ada, password):
    ended = fluxgate("user", "create", ada, stdin=password)
    assert (ended.code, ended.err) == (1, "An account with this e-mail exists already\n")


def test_it_refuses_a_short_password_and_makes_nothing(fluxgate):
    ended = fluxgate("user", "create", "bob@example.com", stdin="short\n")
    assert (ended.code, ended.err) == (1, "The password must have at least 12 characters\n")
    assert fluxgate("user", "promote", "bob@example.com").code == 1


@pytest.mark.parametrize("given", [("promote", "\udcff"), ("create", "bob@example.com", "--name", "\udcff")])
def test_it_refuses_what_is_no_text(fluxgate, given, password):
    ended = fluxgate("user", *given, stdin=password)
    assert (ended.code, ended.out, ended.err) == (2, "", "Arguments and passwords must be UTF-8 text\n")
