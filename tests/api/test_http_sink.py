"""Calls that another program tracked arrive here, whatever becomes of that program, of the network or of the server."""

import json
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fluxgate_app.accounts import api_keys
from fluxgate_app.events.call import Call
from fluxgate_app.models.ids import new_id
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.tracking import CallEnd, CallStart, Context, CostOverride, CostSource, Owner, Status, Usage, User
from fluxgate_app.tracking.http_sink import HttpSink
from tests.api.conftest import Api, Person

README = (Path(__file__).parent.parent.parent / "README.md").read_text()
NOWHERE = "http://127.0.0.1:9"


def call(**context: Any) -> Call:
    """A call as one of our tracked clients would record it."""
    start = CallStart(
        tracking_id=new_id("evt"),
        created_at=datetime.now(UTC),
        origin="real",
        provider="openai",
        endpoint_host="api.openai.com",
        model="gpt-4o",
        kind="chat",
        is_streamed=True,
        owner=Owner(),
        context=Context(**context),
    )
    end = CallEnd(
        tracking_id=start.tracking_id,
        status=Status.CANCELLED,
        usage=Usage(1000, 100, 800, 20, 10, 30, 5),
        latency_in_ms=410.5,
        streaming_duration_in_ms=1500.25,
        cost=Decimal("0.00251234567890123"),
        cost_source=CostSource.ESTIMATED,
        price_version="genai-prices 0.2.3",
        finish_reason="stop",
        error_type="cut",
        error_message="It was cut.",
        model_used="gpt-4o-2024-11-20",
        raw_usage={"prompt_tokens": 1000},
        tokens_estimated=True,
    )
    return Call(start, end)


def record(sink: HttpSink, made: Call) -> str:
    assert made.end is not None
    sink.started(made.start)
    sink.ended(made.start, made.end)
    return made.start.tracking_id


@pytest.fixture
def sink(api: Api, root: Person, tmp_path: Path) -> Iterator[HttpSink]:
    """A sink to the server, with the key of an admin."""
    made = HttpSink(api.url, root.key, spool=tmp_path)
    yield made
    made.close()


@pytest.fixture
def event(root: Person) -> Callable[[str], dict[str, Any]]:
    """What the server knows of a call."""

    def read(tracking_id: str) -> dict[str, Any]:
        with root.by_key() as client:
            answer = client.get(f"/api/events/{tracking_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    return read


def count(person: Person, **filters: str) -> int:
    with person.by_key() as client:
        return len(client.get("/api/events", params={"limit": 1000, **filters}).json()["events"])


def program(url: str, key: str, spool: Path, body: str) -> subprocess.Popen[str]:
    """A Python program with nothing but the environment to tell it of FluxGate."""
    env = os.environ | {"FLUXGATE_URL": url, "FLUXGATE_API_KEY": key, "FLUXGATE_SPOOL_DIR": str(spool)}
    return subprocess.Popen(
        [sys.executable, "-c", body], env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.fixture
def vendor(demo: DemoServer) -> str:
    """Where a vendor's API answers."""
    demo.start()
    return demo.openai_url


def tracked_calls(vendor: str, model: str = "demo-fast", times: int = 1, then: str = "") -> str:
    return f"""
import os, sys
from openai import OpenAI
from fluxgate_app.tracking import track_openai
client = track_openai(OpenAI(base_url="{vendor}", api_key="k"), provider="openai").with_context(feature="elsewhere")
for _ in range({times}):
    stream = client.chat.completions.create(
        model="{model}", messages=[{{"role": "user", "content": "Hi"}}], stream=True)
    for chunk in stream:
        {then or "pass"}
    print(stream.fluxgate_cost_tracking_response.tracking_id, flush=True)
"""


def test_a_call_arrives_as_it_was_tracked(sink, event):
    user = User("u_1", "Ada", "ada@example.com", None, Decimal("49.90"))
    made = call(feature="search", step="rank", user=user, session_id="s", conversation_id="c", metadata={"k": [1]})
    tracking_id = record(sink, made)
    assert sink.flush()
    told = event(tracking_id)
    expected = {
        "provider": "openai",
        "model": "gpt-4o",
        "modelUsed": "gpt-4o-2024-11-20",
        "endpointHost": "api.openai.com",
        "feature": "search",
        "step": "rank",
        "user": "u_1",
        "sessionId": "s",
        "conversationId": "c",
        "status": "CANCELLED",
        "finishReason": "stop",
        "errorType": "cut",
        "errorMessage": "It was cut.",
        "isStreamed": True,
        "latencyInMs": 410.5,
        "streamingDurationInMs": 1500.25,
        "inputTokens": 1000,
        "outputTokens": 100,
        "cachedTokens": 800,
        "cacheWriteTokens": 20,
        "reasoningTokens": 30,
        "audioTokens": 5,
        "tokensEstimated": True,
        "costSource": "estimated",
        "priceVersion": "genai-prices 0.2.3",
        "rawUsage": {"prompt_tokens": 1000},
        "metadata": {"k": [1]},
    }
    assert {name: told[name] for name in expected} == expected
    assert datetime.fromisoformat(told["createdAt"]) == made.start.created_at.replace(
        microsecond=made.start.created_at.microsecond // 1000 * 1000
    )


def test_its_cost_keeps_every_digit(sink, root):
    tracking_id = record(sink, call())
    assert sink.flush()
    with root.by_key() as client:
        told = json.loads(client.get(f"/api/events/{tracking_id}").text, parse_float=Decimal)
    # Twelve digits after the point are what the database keeps.
    assert told["cost"] == Decimal("0.002512345679")


def test_the_callers_own_prices_go_with_it(sink, event):
    tracking_id = record(sink, call(cost_override=CostOverride(input=Decimal(10), output=Decimal(20))))
    assert sink.flush()
    told = event(tracking_id)
    assert (told["cost"], told["costSource"]) == (0.012, "estimated")


def test_the_program_of_the_readme_needs_nothing_but_its_environment(api, root, vendor, event, tmp_path):
    example = next(block for block in README.split("```python\n") if "track_openai(OpenAI())" in block).split("```")[0]
    body = f'import os\nos.environ |= {{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "{vendor}"}}\n{example}'
    running = program(api.url, root.key, tmp_path, body + "\nprint(tracking.tracking_id)")
    said, wrong = running.communicate(timeout=60)
    assert running.returncode == 0, wrong
    told = event(said.split()[-1])
    assert (told["status"], told["feature"]) == ("SUCCESS", "summaries")
    assert not list(tmp_path.rglob("*.jsonl"))


def test_a_forked_worker_sends_its_own_calls_and_not_its_parents(sink, root):
    first = record(sink, call(feature="before the fork"))
    worker = multiprocessing.get_context("fork").Process(target=record, args=(sink, call(feature="in the worker")))
    worker.start()
    worker.join(30)
    assert worker.exitcode == 0
    record(sink, call(feature="after the fork"))
    assert sink.flush()
    assert first
    for feature in ("before the fork", "in the worker", "after the fork"):
        assert count(root, feature=feature) == 1, feature


def test_threads_may_record_at_the_same_time(sink, root):
    def many() -> None:
        for _ in range(50):
            record(sink, call(feature="threads"))

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sink.flush()
    assert count(root, feature="threads") == 400


def test_what_a_server_that_was_away_did_not_get_the_next_program_sends(api, root, vendor, event, tmp_path):
    away = HttpSink(NOWHERE, root.key, spool=tmp_path)
    tracking_id = record(away, call(feature="patient"))
    away.close(timeout=5)
    (left,) = tmp_path.iterdir()
    here = HttpSink(api.url, root.key, spool=tmp_path)
    left.rename(here._directories[0])
    record(here, call(feature="patient"))
    here.close(timeout=10)
    assert event(tracking_id)["feature"] == "patient"
    assert count(root, feature="patient") == 2
    assert not list(tmp_path.rglob("*.jsonl"))


def test_a_killed_program_leaves_each_call_once_and_the_open_one_interrupted(api, root, vendor, event, tmp_path):
    kill = "os.kill(os.getpid(), 9) if chunk.choices and 'demo-slow' in chunk.model else None"
    body = tracked_calls(vendor, times=3) + tracked_calls(vendor, "demo-slow", then=kill)
    running = program(api.url, root.key, tmp_path, body)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == -signal.SIGKILL
    next_one = program(api.url, root.key, tmp_path, tracked_calls(vendor))
    said += next_one.communicate(timeout=60)[0]
    assert [event(tracking_id)["status"] for tracking_id in said.split()] == ["SUCCESS"] * 4
    assert count(root, feature="elsewhere", status="INTERRUPTED") == 1
    assert not list(tmp_path.rglob("*.jsonl"))


@pytest.mark.parametrize("key", ["fg_wrong", ""])
def test_a_key_that_may_not_write_costs_the_caller_nothing_and_is_told_once(api, tmp_path, caplog, key):
    sink = HttpSink(api.url, key or "no", spool=tmp_path)
    with caplog.at_level(logging.WARNING, "fluxgate_app.tracking"):
        for _ in range(3):
            record(sink, call())
        assert not sink.flush(timeout=1)
        sink.close(timeout=3)
    told = [line.getMessage() for line in caplog.records]
    assert len(told) == 1
    assert "FLUXGATE_API_KEY may not write events (401)" in told[0]
    assert key not in told[0] or not key
    assert list(tmp_path.rglob("*.jsonl"))


def test_a_key_of_someone_who_may_not_write_waits_too(api, alice, tmp_path):
    sink = HttpSink(api.url, alice.key, spool=tmp_path)
    record(sink, call(feature="not allowed"))
    assert not sink.flush(timeout=1)
    sink.close(timeout=3)
    assert count(alice, feature="not allowed") == 0


def test_labels_and_metadata_that_the_server_would_refuse_are_made_to_fit(sink, event):
    itself: dict[str, Any] = {}
    itself["itself"] = itself
    odd = [
        call(feature="f" * 5000, user=User("u" * 5000)),
        call(metadata={"huge": "x" * 2_000_000}),
        call(metadata=itself),
        call(metadata={"infinite": float("inf")}),
        call(metadata={"bytes": b"\x00\xff", "half": "\ud800"}),
    ]
    tracking_ids = [record(sink, each) for each in odd]
    assert sink.flush()
    told = [event(tracking_id) for tracking_id in tracking_ids]
    assert told[0]["feature"] == "f" * 200
    assert [each["metadata"] for each in told[1:4]] == [None, None, None]
    assert told[4]["metadata"]["half"] == "?"


def test_an_event_that_the_server_will_never_take_does_not_hold_up_the_others(sink, root, caplog):
    made = call(feature="good")
    assert made.end is not None
    record(sink, made)
    assert sink.flush()
    with caplog.at_level(logging.WARNING, "fluxgate_app.tracking"):
        sink.ended(made.start, replace(made.end, status=Status.SUCCESS))
        record(sink, call(feature="good"))
        assert sink.flush()
    assert count(root, feature="good") == 2
    assert "refused" in caplog.text


def test_a_folder_that_cannot_be_written_costs_the_caller_nothing(api, root, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    sink = HttpSink(api.url, root.key, spool=tmp_path / "file")
    record(sink, call(feature="no disk"))
    sink.close()
    assert count(root, feature="no disk") == 0


def test_a_server_that_asks_for_patience_gets_it(api, root, tmp_path):
    """It answers 503 with Retry-After twice, then as the real one."""
    asked: list[float] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(time.monotonic())
        if len(asked) < 2:
            return httpx2.Response(503, headers={"Retry-After": "2"})
        return httpx2.Response(201, json={"results": []})

    sink = HttpSink(api.url, root.key, spool=tmp_path)
    record(sink, call())
    assert sink._sender is not None
    sink._sender._delivery._client = httpx2.Client(base_url=api.url, transport=httpx2.MockTransport(answer))
    assert sink.flush(timeout=10)
    assert asked[1] - asked[0] >= 2
    sink.close()


def test_scoped_keys_write_when_the_scope_is_theirs(api, root, tmp_path):
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, root.account.id, "events", scopes=["events:write"]).key
    sink = HttpSink(api.url, key, spool=tmp_path)
    record(sink, call(feature="scoped"))
    assert sink.flush()
    sink.close()
    assert count(root, feature="scoped") == 1
