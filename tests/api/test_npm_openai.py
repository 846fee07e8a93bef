"""The npm package `openai` takes /v1 for its vendor's: run in Node, against a real server."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from fluxgate_app.accounts.limits import Limits

from ..node import run_module

SCRIPT = Path(__file__).with_name("openai_npm.mjs")
WINDOW_SECONDS = 2


@pytest.fixture(scope="module")
def limited(start_api):
    """A server that lets a key ask once in two seconds."""
    api = start_api(api_rate_limit_per_minute=1)
    api.wiring.limits = Limits(window_seconds=WINDOW_SECONDS)
    return api


@pytest.fixture(scope="module")
def said(node_packages: Path, alice, demo, limited) -> dict[str, Any]:
    """What it understood of each answer."""
    hasty = limited.person("hasty")
    return json.loads(run_module(node_packages, SCRIPT.read_text(), alice.url, alice.key, hasty.url, hasty.key))


def test_it_reads_a_whole_completion(said, alice, ended_event):
    event = ended_event(alice, said["whole"]["tracking"])
    assert (event["status"], event["model"], event["isStreamed"]) == ("SUCCESS", "demo-fast", False)
    assert len(said["whole"]["text"]) > 100


def test_it_reads_a_streamed_completion_and_its_usage(said):
    assert said["streamed"]["text"] == said["whole"]["text"]
    assert said["streamed"]["usage"]["completion_tokens"] > 0


def test_it_reads_responses_and_models(said):
    assert len(said["response"]) > 100
    assert "gpt-4o" in said["models"]


@pytest.mark.parametrize(
    ("refusal", "error", "status"),
    [
        ("key", "AuthenticationError", 401),
        ("model", "BadRequestError", 400),
        ("vendor", "RateLimitError", 429),
        ("limit", "RateLimitError", 429),
    ],
)
def test_a_refusal_is_its_own_error(said, refusal, error, status):
    assert said["refused"][refusal][:2] == [error, status]
    assert said["refused"][refusal][2].startswith(f"{status} ")


def test_it_waits_as_long_as_it_is_told_and_then_succeeds(said, limited):
    assert said["patient"] == said["whole"]["text"]
    first, second = limited.wiring.demo.requests
    assert second.started_at - first.started_at > WINDOW_SECONDS - 0.5


def test_an_abort_closes_the_vendor_s_stream_and_is_recorded(said, alice, demo, ended_event):
    left = [request for request in demo.requests if request.model == "demo-80kb"][-1]
    deadline = time.monotonic() + 3
    while left.closed_at is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert left.end == "client left"
    assert ended_event(alice, said["left"])["status"] == "CANCELLED"
