"""Signing in and out over HTTP."""

import httpx2
import pytest

from fluxgate_app.accounts import people, setup
from fluxgate_app.accounts.sessions import COOKIE
from fluxgate_app.api.app import create_api

from .conftest import PASSWORD, client


def log_in(browser: httpx2.Client, email: str, password: str = PASSWORD) -> httpx2.Response:
    return browser.post("/api/auth/login", json={"email": email, "password": password})


def status_with(url: str, cookie: str) -> int:
    with client(url, cookies={COOKIE: cookie}) as browser:
        return browser.get("/api/auth/me").status_code


def test_the_right_password_opens_everything_with_a_cookie(nobody, alice):
    answer = log_in(nobody, "Alice@example.com")
    assert answer.status_code == 200
    assert answer.json() == {"id": alice.account.id, "email": "alice@example.com", "name": "Alice", "role": "user"}
    assert nobody.get("/api/auth/me").json() == answer.json()


def test_the_cookie_is_out_of_reach_for_scripts_and_foreign_pages(nobody, alice):
    cookie = log_in(nobody, "alice@example.com").headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie


def test_behind_https_the_cookie_is_secure(start_api):
    api = start_api(public_url="https://chat.example.com")
    api.person("alice")
    with client(api.url) as browser:
        assert "secure" in log_in(browser, "alice@example.com").headers["set-cookie"].lower()


async def test_behind_a_trusted_https_proxy_the_cookie_is_secure(start_api):
    api = start_api()
    api.person("alice")
    transport = httpx2.ASGITransport(create_api(api.wiring))
    async with httpx2.AsyncClient(transport=transport, base_url="https://chat.example.com") as browser:
        answer = await browser.post("/api/auth/login", json={"email": "alice@example.com", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(("email", "password"), [("alice@example.com", "wrong"), ("nobody@example.com", PASSWORD)])
def test_it_does_not_say_what_was_wrong(nobody, alice, email, password):
    answer = log_in(nobody, email, password)
    assert answer.status_code == 401
    assert answer.json() == {"error": "Wrong e-mail or password"}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("{", "Invalid JSON"),
        ("[]", "Invalid body"),
        ('{"email": "a@b.c"}', "Invalid password"),
        ('{"email": 1, "password": "x"}', "Invalid email"),
        ('{"email": "a@b.c", "password": "\\ud800"}', "Invalid password"),
    ],
)
def test_a_bad_body_is_a_400(nobody, body, error):
    answer = nobody.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json() == {"error": error}


def test_the_eleventh_wrong_password_in_five_minutes_has_to_wait(start_api):
    api = start_api()
    with client(api.url) as browser:
        for _ in range(10):
            assert log_in(browser, "bob@example.com", "x").status_code == 401
        answer = log_in(browser, "bob@example.com", "x")
    assert answer.status_code == 429
    assert answer.json()["error"].startswith("Rate limit exceeded. Please wait ")
    assert 290 <= int(answer.headers["retry-after"]) <= 300


def test_a_new_log_in_ends_the_session_before_it(nobody, alice):
    log_in(nobody, "alice@example.com")
    old = nobody.cookies[COOKIE]
    log_in(nobody, "alice@example.com")
    assert status_with(alice.url, old) == 401
    assert nobody.get("/api/auth/me").status_code == 200


def test_after_the_log_out_the_cookie_is_gone_and_opens_nothing(nobody, alice):
    log_in(nobody, "alice@example.com")
    old = nobody.cookies[COOKIE]
    assert nobody.post("/api/auth/logout").status_code == 204
    assert COOKIE not in nobody.cookies
    assert status_with(alice.url, old) == 401


def test_whoever_is_not_signed_in_may_log_out(nobody):
    assert nobody.post("/api/auth/logout").status_code == 204


def test_a_disabled_account_is_out_at_once(api):
    bob = api.person("bob")
    with bob.by_cookie() as browser, bob.by_key() as program:
        assert browser.get("/api/auth/me").status_code == program.get("/api/auth/me").status_code == 200
        with api.wiring.db.writing() as session:
            people.disable(session, "bob@example.com")
        assert browser.get("/api/auth/me").status_code == program.get("/api/auth/me").status_code == 401


def test_the_setup_link_makes_the_first_admin_and_signs_them_in(start_api):
    api = start_api()
    with api.wiring.db.writing() as session:
        token = setup.new_link(session)
    person = {"token": token, "email": "root@example.com", "password": PASSWORD, "name": "Root"}
    with client(api.url) as browser:
        answer = browser.post("/api/auth/setup", json=person)
        assert answer.status_code == 200
        assert answer.json()["role"] == "admin"
        assert browser.get("/api/auth/me").json() == answer.json()
        again = browser.post("/api/auth/setup", json=person | {"email": "other@example.com"})
        assert again.status_code == 403
        assert again.json() == {"error": "This setup link is not valid"}


def test_the_first_admin_needs_twelve_characters(start_api):
    api = start_api()
    with api.wiring.db.writing() as session:
        token = setup.new_link(session)
    with client(api.url) as browser:
        answer = browser.post("/api/auth/setup", json={"token": token, "email": "a@b.c", "password": "short"})
    assert answer.status_code == 400
    assert answer.json() == {"error": "The password must have at least 12 characters"}


def test_an_unknown_setup_link_makes_nobody(nobody):
    answer = nobody.post("/api/auth/setup", json={"token": "x", "email": "eve@example.com", "password": PASSWORD})
    assert answer.status_code == 403


def test_without_cookie_and_key_there_is_nobody(nobody):
    answer = nobody.get("/api/auth/me")
    assert answer.status_code == 401
    assert answer.json() == {"error": "Unauthorized"}
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_says_who_its_owner_is(alice):
    with alice.by_key() as program:
        assert program.get("/api/auth/me").json()["email"] == "alice@example.com"
