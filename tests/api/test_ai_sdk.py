"""The npm package `ai`, versions 5 to 7, understands every answer: run in Node, against a real server."""

import json
from pathlib import Path
from typing import Any

import pytest

from ..node import run_module

SCRIPT = Path(__file__).with_name("ai_sdk.mjs")


@pytest.fixture(scope="session", params=["ai5", "ai6", "ai7"])
def said(request: pytest.FixtureRequest, node_packages: Path, alice) -> dict[str, Any]:
    """What this version understood of each answer."""
    return json.loads(run_module(node_packages, SCRIPT.read_text(), request.param, alice.url, alice.key))


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
