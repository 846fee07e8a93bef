"""Each curl of the README, in the order of the page, against an empty server: it gets what its route promises."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator

import httpx2
import pytest

from fluxgate_app.accounts import setup
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.settings import ROOT

from ..missing import missing
from .conftest import Api

SECRET = "a secret of the help desk"
ROUTES = (ROOT / "README.md").read_text().split("\n## Routes\n")[1].split("\n## ")[0]
SCRIPT = "\n".join(re.findall(r"```sh\n(.*?)```", ROUTES, re.DOTALL))
# Says of each request what was asked and answered, on a line of its own.
TELLING = r"""
curl() { command curl -sS --max-time 60 -w '%{stderr}\n%{method} %{url_effective} %{http_code}\n' "$@"; }
"""


@pytest.fixture(scope="module")
def empty(start_api: Callable[..., Api]) -> Iterator[Api]:
    """Nobody has an account; the demo provider answers for every vendor, without a pause."""
    if not (shutil.which("curl") and shutil.which("openssl")):
        missing("no curl or no openssl here")
    with DemoServer(pace=0) as openai:
        api = start_api(openai_base_url=openai.openai_url, webhook_secret=SECRET)
        api.wiring.demo.pace = 0
        yield api


@pytest.fixture(scope="module")
def promised(empty: Api) -> dict[tuple[str, str], set[int]]:
    """What the OpenAPI document says of each route: the statuses of an answer that is no refusal."""
    paths = httpx2.get(f"{empty.url}/api/openapi.json", verify=False).json()["paths"]
    return {
        (method.upper(), path): {int(status) for status in route["responses"] if status < "300"}
        for path, methods in paths.items()
        for method, route in methods.items()
    }


@pytest.fixture(scope="module")
def answered(empty: Api, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, int]]:
    """Method, path and status of each request."""
    token = asyncio.run(setup.prepare(empty.wiring.db, empty.wiring.settings))
    env = os.environ | {"TOKEN": str(token), "WEBHOOK_SECRET": SECRET}
    script = TELLING + SCRIPT.replace("http://127.0.0.1:3000", empty.url)
    folder = tmp_path_factory.mktemp("curls")
    shutil.copy(ROOT / "README.md", folder)
    ran = subprocess.run(["sh", "-euc", script], env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = re.findall(rf"^([A-Z]+) {empty.url}([^\s?]*)\S* (\d+)$", ran.stderr, re.MULTILINE)
    assert len(told) == len(re.findall(r"\bcurl ", SCRIPT))
    return [(method, path, int(status)) for method, path, status in told]


def route_of(method: str, path: str, routes: dict[tuple[str, str], set[int]]) -> tuple[str, str]:
    """The route that such a request reaches: one without a parameter before one with."""
    fits = [
        template
        for known, template in sorted(routes, key=lambda route: "{" in route[1])
        if known == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path)
    ]
    return method, fits[0]


def test_every_route_has_a_curl(answered, promised):
    assert {route_of(method, path, promised) for method, path, _ in answered} == set(promised)


def test_every_curl_gets_what_its_route_promises(answered, promised):
    broken = [
        (method, path, status)
        for method, path, status in answered
        if status not in promised[route_of(method, path, promised)]
    ]
    assert broken == []
