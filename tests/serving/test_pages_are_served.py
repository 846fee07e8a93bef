"""Built pages talk to the origin they came from, and nothing on them breaks the policy."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx2
import pytest_asyncio
import trustme
from playwright.async_api import Page


async def socket_of(page: Page, url: str) -> str:
    """Open a page and wait for the first thing the server says on its websocket; gives the socket's address."""
    async with page.expect_websocket() as opened:
        await page.goto(url)
    socket = await opened.value
    await socket.wait_for_event("framereceived")
    return socket.url


async def test_it_serves_a_page_whose_socket_connects(server, page):
    address = await socket_of(page, server.url)
    assert address.startswith(server.url.replace("http", "ws") + "/_event")


async def test_the_same_build_works_on_a_second_port(start_server, server, page):
    second = start_server()
    address = await socket_of(page, second.url)
    assert urlsplit(address).netloc == urlsplit(second.url).netloc != urlsplit(server.url).netloc
    assert "Building" not in second.log.read_text()


async def test_the_same_build_works_under_another_host_name(server, page):
    address = await socket_of(page, server.url.replace("127.0.0.1", "fluxgate.test"))
    assert urlsplit(address).hostname == "fluxgate.test"


@pytest_asyncio.fixture(loop_scope="session")
async def https_proxy(server) -> AsyncIterator[str]:
    """The server behind https on a port that is not 443, as `https://localhost:8443` would be."""
    upstream = urlsplit(server.url)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(upstream.hostname, upstream.port)
        await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer))

    proxy = await asyncio.start_server(forward, "127.0.0.1", 0, ssl=context)
    yield f"https://localhost:{proxy.sockets[0].getsockname()[1]}"
    proxy.close()


async def test_the_same_build_works_behind_https_on_any_port(https_proxy, page):
    address = await socket_of(page, https_proxy)
    assert address.startswith(https_proxy.replace("https", "wss") + "/_event")


def test_a_page_runs_only_its_own_scripts(server):
    policy = httpx2.get(server.url).headers["content-security-policy"]
    scripts = next(rule for rule in policy.split("; ") if rule.startswith("script-src")).split()[1:]
    assert scripts[0] == "'self'"
    assert len(scripts) > 1
    assert all(source.startswith("'sha256-") for source in scripts[1:])


def test_a_kept_page_keeps_its_policy_when_it_has_not_changed(server):
    first = httpx2.get(server.url)
    again = httpx2.get(server.url, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert "content-security-policy" not in again.headers


def test_hashed_assets_are_kept_forever_and_pages_are_asked_for_again(server):
    page = httpx2.get(server.url)
    asset = page.text.split('href="/assets/')[1].split('"')[0]
    assert page.headers["cache-control"] == "no-cache"
    assert httpx2.get(f"{server.url}/assets/{asset}").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert httpx2.get(f"{server.url}/assets/gone.js").headers["cache-control"] == "no-cache"


def test_assets_come_compressed(server):
    asset = httpx2.get(server.url).text.split('href="/assets/entry')[1].split('"')[0]
    answer = httpx2.get(f"{server.url}/assets/entry{asset}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


def test_every_answer_has_a_request_id_and_the_headers_that_keep_it_safe(server):
    first, second = httpx2.get(server.url), httpx2.get(f"{server.url}/api/nothing-here")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    for answer in (first, second):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers


def test_an_unknown_page_is_a_404(server):
    assert httpx2.get(f"{server.url}/no-such-page").status_code == 404
