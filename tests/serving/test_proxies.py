"""Behind proxies, the address and the scheme are those that the outermost trusted proxy saw."""

from starlette.datastructures import Headers

from fluxgate_app.serving.proxies import seen_through

SCOPE = {"type": "http", "scheme": "http", "client": ("10.0.0.1", 5000)}
HEADERS = Headers({"x-forwarded-for": "6.6.6.6, 203.0.113.9, 10.0.0.2", "x-forwarded-proto": "https"})


def test_the_client_is_whoever_the_outermost_trusted_proxy_saw():
    seen = seen_through(2, SCOPE, HEADERS)
    assert seen["client"][0] == "203.0.113.9"
    assert seen["scheme"] == "https"


def test_a_socket_through_https_is_a_secure_socket():
    assert seen_through(2, {**SCOPE, "type": "websocket"}, HEADERS)["scheme"] == "wss"


def test_without_trusted_proxies_the_headers_prove_nothing():
    assert seen_through(0, SCOPE, HEADERS) == SCOPE


def test_a_request_that_came_past_the_proxies_keeps_its_own_address():
    assert seen_through(2, SCOPE, Headers({"x-forwarded-for": "203.0.113.9"})) == SCOPE
