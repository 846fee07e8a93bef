"""The npm package `ai`, versions 5 to 7, understands every answer: run in Node, against a real server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

VERSIONS = {"ai5": "npm:ai@5.0.277", "ai6": "npm:ai@6.0.326", "ai7": "npm:ai@7.0.173", "zod": "4.6.7"}
SCRIPT = Path(__file__).with_name("ai_sdk.mjs")
BIN = Path(sys.executable).parent


def in_node(folder: Path, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        command, check=False, cwd=folder, env=env, capture_output=True, text=True, timeout=120, **options
    )


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Node finds all three versions."""
    folder = tmp_path_factory.mktemp("ai_sdk")
    (folder / "package.json").write_text(json.dumps({"dependencies": VERSIONS}))
    installed = in_node(folder, str(BIN / "npm"), "install", "--no-audit", "--no-fund")
    if installed.returncode:
        reason = f"npm cannot install the AI SDK: {installed.stderr[-300:]}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return folder


@pytest.fixture(scope="session", params=["ai5", "ai6", "ai7"])
def said(request: pytest.FixtureRequest, packages: Path, alice) -> dict[str, Any]:
    """What this version understood of each answer."""
    command = (str(BIN / "node"), "--input-type=module", "-", request.param, alice.url, alice.key)
    ran = in_node(packages, *command, input=SCRIPT.read_text())
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def texts(message: dict[str, Any]) -> list[tuple[str, str]]:
    return [(part["state"], part["text"]) for part in message["parts"] if part["type"] == "text"]


def test_it_reads_a_whole_message_and_what_it_cost(said, alice, ended_event):
    message = said["whole"]["message"]
    assert said["whole"]["errors"] == []
    [(state, text)] = texts(message)
    assert (state, message["role"]) == ("done", "assistant")
    assert len(text) > 100
    event = ended_event(alice, message["metadata"]["tracking"]["trackingId"])
    assert (event["status"], event["conversationId"]) == ("SUCCESS", "whole")
    assert message["metadata"]["usage"]["outputTokens"] == event["outputTokens"]


def test_its_text_transport_reads_the_same_text(said):
    assert said["text"]["errors"] == []
    assert texts(said["text"]["message"]) == texts(said["whole"]["message"])


def test_it_is_told_of_a_provider_that_breaks(said):
    assert said["broken"]["errors"] == ["Error: Failed to process request"]
    assert texts(said["broken"]["message"])[0][1] != ""


def test_it_is_told_of_a_refusal(said):
    assert json.loads(said["refused"]) == {"error": "Rate limit exceeded. Please try again later."}


def test_it_resumes_what_it_has_left(said):
    assert said["resumed"]["errors"] == []
    assert said["resumed"]["message"]["metadata"]["tracking"]["status"] == "SUCCESS"
    assert len(texts(said["resumed"]["message"])[0][1].encode()) >= 2048
    assert said["nothing"] is None


def test_it_takes_a_stop_for_an_end(said):
    assert said["stopped"]["errors"] == []
    [(state, text)] = texts(said["stopped"]["message"])
    assert state == "done"
    assert 0 < len(text) < 2048
