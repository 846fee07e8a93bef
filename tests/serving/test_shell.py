"""The shell around a small app: what it changes in requests and answers, and what it leaves alone."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from fluxgate_app.serving.shell import Shell
from fluxgate_app.settings import load

POLICIES = {"": "for the rest", "/": "for the first page", "/login": "for login", "/login/": "for login"}


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(f"{request.url.path} for {request.client.host} by {request.url.scheme}")


async def opinionated(request: Request) -> PlainTextResponse:
    return PlainTextResponse("", headers={"Cache-Control": "max-age=5", "Content-Security-Policy": "sandbox"})


@pytest.fixture
def client():
    def make(**settings):
        app = Starlette(routes=[Route("/opinion", opinionated), Route("/{path:path}", page)])
        shell = Shell(app, POLICIES, load(**settings))
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(shell), base_url="http://fluxgate.test")

    return make


async def test_a_page_with_a_folder_of_its_own_is_served_without_a_redirect(client):
    answer = await client().get("/login")
    assert answer.text.startswith("/login/ ")
    assert answer.headers["content-security-policy"] == "for login"


async def test_a_page_without_a_file_of_its_own_gets_the_policy_of_the_rest(client):
    answer = await client().get("/c/conv_1")
    assert answer.text.startswith("/c/conv_1 ")
    assert answer.headers["content-security-policy"] == "for the rest"


async def test_what_an_answer_says_about_itself_is_kept(client):
    answer = await client().get("/opinion")
    assert answer.headers["cache-control"] == "max-age=5"
    assert answer.headers["content-security-policy"] == "sandbox"


async def test_routes_see_the_client_and_scheme_that_the_trusted_proxy_saw(client):
    headers = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}
    assert (await client(trusted_proxies=1).get("/x", headers=headers)).text == "/x for 203.0.113.9 by https"
    assert (await client().get("/x", headers=headers)).text == "/x for 127.0.0.1 by http"
