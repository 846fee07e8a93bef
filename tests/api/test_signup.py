"""Accounts that people make for themselves, while an admin lets them."""

import time

import pytest

from fluxgate_app.accounts import admin_settings
from fluxgate_app.accounts.signup import SignUp
from fluxgate_app.models import AdminSetting

from .conftest import PASSWORD, client

NEWCOMER = {"email": "new@example.com", "password": PASSWORD, "name": "New"}


def opened(api):
    """The same, once an admin lets people in."""
    with api.person("opener", "admin").by_cookie() as admin:
        assert admin.put("/api/auth/signup", json={"open": True}).status_code == 200
    return api


@pytest.fixture
def closed_api(start_api):
    """As it is at first."""
    return start_api()


@pytest.fixture(scope="module")
def open_api(start_api):
    return opened(start_api())


@pytest.fixture
def visitor(open_api):
    with client(open_api.url) as browser:
        yield browser


def test_it_is_closed_at_first(closed_api):
    with client(closed_api.url) as browser:
        assert browser.get("/api/auth/signup").json() == {"open": False}
        answer = browser.post("/api/auth/signup", json=NEWCOMER)
    assert answer.status_code == 403
    assert answer.json() == {"error": "Sign-up is closed: ask an admin for an account"}


def test_an_admin_opens_and_closes_it(closed_api):
    root = closed_api.person("root", "admin")
    with root.by_cookie() as admin, client(closed_api.url) as browser:
        for is_open in (True, False):
            answer = admin.put("/api/auth/signup", json={"open": is_open})
            assert (answer.status_code, answer.json()) == (200, {"open": is_open})
            assert browser.get("/api/auth/signup").json() == {"open": is_open}
            assert browser.post("/api/auth/signup", json=NEWCOMER).status_code == (200 if is_open else 403)
    with closed_api.wiring.db.reading() as session:
        assert session.get_one(AdminSetting, "signup_open").changed_by == root.account.id


def test_nobody_else_opens_it(closed_api):
    root, alice = closed_api.person("root", "admin"), closed_api.person("alice")
    with alice.by_cookie() as browser, root.by_key() as program, client(closed_api.url) as nobody:
        assert browser.put("/api/auth/signup", json={"open": True}).status_code == 403
        assert program.put("/api/auth/signup", json={"open": True}).status_code == 401
        assert nobody.put("/api/auth/signup", json={"open": True}).status_code == 401
        assert nobody.get("/api/auth/signup").json() == {"open": False}


def test_what_another_process_decided_counts_within_seconds(closed_api):
    with client(closed_api.url) as browser:
        assert browser.get("/api/auth/signup").json() == {"open": False}
        with closed_api.wiring.db.writing() as session:
            admin_settings.decide(session, None, signup_open=True)
        deadline = time.monotonic() + 10
        while not browser.get("/api/auth/signup").json()["open"] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert browser.get("/api/auth/signup").json() == {"open": True}


def test_a_newcomer_is_signed_in_and_no_admin(visitor):
    answer = visitor.post("/api/auth/signup", json=NEWCOMER)
    assert answer.status_code == 200
    assert (answer.json()["email"], answer.json()["name"], answer.json()["role"]) == ("new@example.com", "New", "user")
    assert visitor.get("/api/auth/me").json() == answer.json()
    assert visitor.post("/api/auth/login", json=NEWCOMER).status_code == 200


def test_it_refuses_an_e_mail_that_has_an_account(open_api, visitor):
    open_api.person("taken")
    answer = visitor.post("/api/auth/signup", json=NEWCOMER | {"email": "Taken@example.com"})
    assert (answer.status_code, answer.json()) == (400, {"error": "An account with this e-mail exists already"})
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"email": "nobody"}, "The e-mail must look like name@example.com"),
        ({"password": "short"}, "The password must have at least 12 characters"),
        ({"name": "x" * 201}, "Invalid name"),
        ({"role": "admin", "email": ""}, "The e-mail must look like name@example.com"),
    ],
)
def test_it_refuses_a_wrong_form(visitor, wrong, error):
    answer = visitor.post("/api/auth/signup", json=NEWCOMER | wrong)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_role_cannot_be_asked_for(visitor):
    asked = NEWCOMER | {"email": "eve@example.com", "role": "admin"}
    assert visitor.post("/api/auth/signup", json=asked).json()["role"] == "user"


def test_a_foreign_page_makes_no_account(visitor):
    answer = visitor.post("/api/auth/signup", json=NEWCOMER, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_one_address_makes_only_so_many(start_api):
    api = opened(start_api())
    with client(api.url) as browser:
        for _ in range(SignUp.per_address):
            assert browser.post("/api/auth/signup", json=NEWCOMER | {"password": "short"}).status_code == 400
        assert browser.post("/api/auth/signup", json=NEWCOMER).status_code == 429
