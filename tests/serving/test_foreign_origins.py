"""Only pages of our own origin may open the websocket; only origins in FLUXGATE_CORS_ORIGINS may read answers."""

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus


def socket(server) -> str:
    return server.url.replace("http", "ws") + "/_event/?token=t&EIO=4&transport=websocket"


async def test_a_page_of_our_own_may_open_the_socket(server):
    async with connect(socket(server), origin=server.url) as opened:
        assert (await opened.recv()).startswith("0{")


async def test_a_program_that_names_no_origin_may_open_the_socket(server):
    async with connect(socket(server)) as opened:
        assert (await opened.recv()).startswith("0{")


async def test_a_page_behind_a_proxy_that_hides_its_host_may_open_the_socket(server):
    headers = {"X-Forwarded-Host": "chat.example.com"}
    async with connect(socket(server), origin="https://chat.example.com", additional_headers=headers) as opened:
        assert (await opened.recv()).startswith("0{")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_it_refuses_a_socket_to_a_foreign_page(server, origin):
    with pytest.raises(InvalidStatus) as refused:
        await connect(socket(server), origin=origin)
    assert refused.value.response.status_code == 403


def test_a_foreign_origin_may_not_read_answers(server):
    answer = httpx2.get(f"{server.url}/_health", headers={"Origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_preflight_of_a_foreign_origin_is_refused(server):
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = httpx2.options(f"{server.url}/api/chat", headers=headers)
    assert answer.is_error
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_an_allowed_origin_may_read_answers_but_brings_no_cookies(start_server):
    server = start_server(FLUXGATE_CORS_ORIGINS="https://app.example")
    headers = {"Origin": "https://app.example"}
    answer = httpx2.get(f"{server.url}/_health", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-credentials" not in answer.headers
    assert "X-FluxGate-Tracking-Id" in answer.headers["access-control-expose-headers"]
    asked = headers | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    assert httpx2.options(f"{server.url}/api/chat", headers=asked).status_code == 200
    other = httpx2.get(f"{server.url}/_health", headers={"Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in other.headers
