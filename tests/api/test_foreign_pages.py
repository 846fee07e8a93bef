"""What a browser sends with its cookies from a page that is not ours changes nothing."""

import pytest
from starlette.datastructures import Headers

from fluxgate_app.api.origins import is_own_origin

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/logout", "/api/chat", "/api/chat/stream"])
def test_it_refuses_a_write_of_a_foreign_page(alice, path, headers):
    with alice.by_cookie() as browser:
        answer = browser.post(path, json={"message": "Hi"}, headers=headers)
        assert answer.status_code == 403
        assert answer.json() == {"error": "Forbidden"}
        assert browser.get("/api/auth/me").status_code == 200


def test_our_own_page_may_write(alice, api):
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": api.url}, {"Sec-Fetch-Site": "none"}, {}):
        with alice.by_cookie() as browser:
            assert browser.post("/api/chat", json={}, headers=headers).status_code == 400


def test_a_foreign_page_may_ask_with_a_key_of_its_own(alice):
    with alice.by_key() as program:
        answer = program.post("/api/chat", json={}, headers={"Origin": "https://app.example"})
        assert answer.status_code == 400


def test_reading_is_no_write(alice):
    with alice.by_cookie() as browser:
        assert browser.get("/api/auth/me", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "public_url"),
    [
        ({"host": "localhost:8443"}, None),
        ({"host": "127.0.0.1:3000", "x-forwarded-host": "localhost:8443"}, None),
        ({"host": "127.0.0.1:3000"}, "https://localhost:8443/"),
    ],
)
def test_an_origin_is_ours_by_host_by_forwarded_host_or_by_setting(headers, public_url):
    assert is_own_origin(Headers(headers | {"origin": "https://LOCALHOST:8443"}), public_url)


@pytest.mark.parametrize("origin", ["https://localhost", "https://localhost:3000", "null", ""])
def test_any_other_origin_is_foreign(origin):
    assert not is_own_origin(Headers({"host": "localhost:8443", "origin": origin}), None)
