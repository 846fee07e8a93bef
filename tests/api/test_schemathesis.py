"""The OpenAPI document tells the truth: schemathesis asks every route for what it describes, and for what not."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fluxgate_app.models import Role
from fluxgate_app.providers.demo import DemoServer

from .conftest import Api
from .schemathesis_hooks import SECRET

FOLDER = Path(__file__).parent
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
UNLIMITED = 10**6


@pytest.fixture(scope="module")
def vendors() -> Iterator[DemoServer]:
    """All vendors at once, answering without a pause."""
    with DemoServer(pace=0) as demo:
        yield demo


@pytest.fixture(scope="module")
def described(start_api: Callable[..., Api], vendors: DemoServer) -> Api:
    """An API whose every model answers, to as many as ask."""
    return start_api(
        webhook_secret=SECRET,
        rate_limit_per_minute=UNLIMITED,
        api_rate_limit_per_minute=UNLIMITED,
        openai_base_url=f"{vendors.url}/v1",
        anthropic_api_key="sk-test",
        anthropic_base_url=vendors.url,
        gemini_api_key="sk-test",
        gemini_base_url=vendors.url,
    )


def test_schemathesis_finds_nothing(described):
    tester = described.person("tester", Role.ADMIN)
    command = [SCHEMATHESIS, "--config-file", FOLDER / "schemathesis.toml", "run", f"{described.url}/api/openapi.json"]
    command += ["--header", f"Authorization: Bearer {tester.key}", "--max-examples", "2", "--seed", "1", "--no-color"]
    env = os.environ | {"FLUXGATE_TEST_COOKIE": tester.cookie}
    ran = subprocess.run(command, env=env, check=False, cwd=FOLDER, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stdout[-20_000:]
    assert "Tested: " in ran.stdout
