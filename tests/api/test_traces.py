"""Spans over OTLP/HTTP: the official SDK and exporter send them, and its calls can be read as events."""

import gzip
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import httpx2
import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from fluxgate_app import db
from fluxgate_app.accounts import api_keys

from ..spans import GPT, request, span
from .conftest import Api, Person, client

PATH = "/v1/traces"
PROTOBUF = "application/x-protobuf"


@pytest.fixture(scope="module")
def key_of(api: Api) -> Callable[..., str]:
    def make(person: Person, *scopes: str) -> str:
        with api.wiring.db.writing() as session:
            return api_keys.create(session, person.account.id, "tracer", scopes=scopes or None).key

    return make


@pytest.fixture
def sender(api: Api, key_of: Callable[..., str]) -> Iterator[httpx2.Client]:
    """A program of an account of its own, whose key an admin granted the scope."""
    person = api.person(f"tracer{time.monotonic_ns()}")
    with client(api.url, key_of(person, "events:write", "events:read")) as program:
        yield program


@pytest.fixture
def tracer(api: Api, sender: httpx2.Client) -> Iterator[Tracer]:
    """The official SDK, which exports each span as it ends, in protobuf and gzip."""
    headers = {"Authorization": sender.headers["Authorization"]}
    exporter = OTLPSpanExporter(f"{api.url}{PATH}", headers=headers, compression=Compression.Gzip)
    provider = TracerProvider(resource=Resource.create({"service.name": "shop"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider.get_tracer("tests")
    provider.shutdown()


def events(sender: httpx2.Client) -> list[dict[str, Any]]:
    return sender.get("/api/events").json()["events"]


def protobuf(*names: str) -> bytes:
    """The spans with these names as the SDK encodes them."""
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    for name in names:
        provider.get_tracer("tests").start_span(name, attributes=GPT).end()
    return encode_spans(memory.get_finished_spans()).SerializeToString()


def post(sender: httpx2.Client, body: bytes, encoding: str = PROTOBUF, **headers: str) -> httpx2.Response:
    return sender.post(PATH, content=body, headers={"Content-Type": encoding} | headers)


def test_a_span_of_the_official_sdk_becomes_an_event(sender, tracer):
    with tracer.start_as_current_span("chat gpt-4o", attributes=GPT | {"gen_ai.request.stream": True}) as call:
        call.set_attribute("gen_ai.response.time_to_first_chunk", 0.0)
        call.set_attribute("gen_ai.response.finish_reasons", ["stop"])
        call.set_attribute("gen_ai.response.model", "gpt-4o-2024-08-06")
    (event,) = events(sender)
    assert (event["provider"], event["model"], event["modelUsed"]) == ("openai", "gpt-4o", "gpt-4o-2024-08-06")
    assert (event["inputTokens"], event["outputTokens"], event["cachedTokens"]) == (1000, 100, 800)
    assert (event["cost"], event["costSource"], event["origin"]) == (0.0025, "computed", "real")
    assert (event["status"], event["finishReason"], event["feature"]) == ("SUCCESS", "stop", "shop")
    assert event["isStreamed"] and event["latencyInMs"] == 0 < event["streamingDurationInMs"]


def test_three_lines_of_environment_are_enough(api, sender, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{api.url}{PATH}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf")
    authorization = sender.headers["Authorization"].replace(" ", "%20")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS", f"Authorization={authorization}")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    for _ in range(3):
        provider.get_tracer("tests").start_span("chat gpt-4o", attributes=GPT).end()
    provider.shutdown()
    assert len(events(sender)) == 3


def test_openinference_becomes_the_same_event(sender, tracer):
    attributes = {
        "openinference.span.kind": "LLM",
        "llm.provider": "openai",
        "llm.model_name": "gpt-4o",
        "llm.token_count.prompt": 1000,
        "llm.token_count.completion": 100,
        "llm.token_count.prompt_details.cache_read": 800,
        "session.id": "s_1",
        "user.id": "u_1",
        "metadata": json.dumps({"plan": "pro"}),
    }
    tracer.start_span("ChatCompletion", attributes=attributes).end()
    (event,) = events(sender)
    assert (event["provider"], event["model"], event["cost"]) == ("openai", "gpt-4o", 0.0025)
    assert (event["sessionId"], event["user"]) == ("s_1", "u_1")
    assert sender.get(f"/api/events/{event['trackingId']}").json()["metadata"]["plan"] == "pro"


def test_an_agent_s_trace_has_as_many_events_as_calls(sender, tracer):
    """The exporter sends each span as it ends: what is inside long before what is around it."""
    with tracer.start_as_current_span("invoke_agent", attributes={"gen_ai.operation.name": "invoke_agent"}):
        for _ in range(2):
            with tracer.start_as_current_span("chat of the framework", attributes=GPT):
                tracer.start_span("chat of the vendor's SDK", attributes=GPT).end()
            with tracer.start_as_current_span("execute_tool", attributes={"gen_ai.operation.name": "execute_tool"}):
                tracer.start_span("GET").end()
    assert len(events(sender)) == 2


def test_a_request_by_hand_in_json(sender):
    answer = sender.post(PATH, json=request(span(1, GPT | {"gen_ai.conversation.id": "c_1", "fluxgate.step": "first"})))
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["content-type"] == "application/json"
    (event,) = events(sender)
    assert (event["createdAt"], event["latencyInMs"], event["cost"]) == ("2026-03-01T12:00:00.000Z", 1500, 0.0025)
    assert (event["conversationId"], event["step"]) == ("c_1", "first")


def test_protobuf_is_answered_in_protobuf(sender):
    answer = post(sender, protobuf("one"))
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, PROTOBUF, b"")


def test_a_batch_that_is_sent_again_changes_nothing(sender):
    body = gzip.compress(protobuf("one", "two"))
    for _ in range(2):
        assert post(sender, body, **{"Content-Encoding": "gzip"}).status_code == 200
    assert len({event["trackingId"] for event in events(sender)}) == len(events(sender)) == 2


def test_the_same_spans_of_two_accounts_are_two_accounts_calls(api, key_of, sender):
    body = protobuf("one")
    with client(api.url, key_of(api.person("nina"), "events:write", "events:read")) as nina:
        assert [post(each, body).status_code for each in (sender, nina)] == [200, 200]
        assert len(events(nina)) == len(events(sender)) == 1


def test_a_bad_span_is_rejected_and_the_others_are_kept(sender):
    answer = sender.post(PATH, json=request(span(1), span(2, GPT | {"gen_ai.usage.input_tokens": "many"})))
    partial = answer.json()["partialSuccess"]
    assert (answer.status_code, partial["rejectedSpans"]) == (200, "1")
    assert partial["errorMessage"].startswith("Span 0000000000000002: gen_ai.usage.input_tokens must be")
    assert len(events(sender)) == 1


def test_what_was_rejected_is_told_in_protobuf_too(sender):
    message = ExportTraceServiceRequest.FromString(protobuf("one", "two"))
    message.resource_spans[0].scope_spans[0].spans[0].span_id = b"short"
    answer = post(sender, message.SerializeToString())
    assert ExportTraceServiceResponse.FromString(answer.content).partial_success.rejected_spans == 1
    assert len(events(sender)) == 1


def test_spans_of_anything_else_are_fine_and_no_events(sender, tracer):
    for operation in ("invoke_agent", "execute_tool", "create_agent"):
        tracer.start_span(operation, attributes=GPT | {"gen_ai.operation.name": operation}).end()
    tracer.start_span("GET /", attributes={"http.request.method": "GET"}).end()
    assert events(sender) == []


def test_what_our_own_gateway_recorded_is_not_recorded_twice(api, sender, tracer):
    here = {"server.address": "127.0.0.1", "server.port": api.port}
    tracer.start_span("chat gpt-4o", attributes=GPT | here).end()
    assert events(sender) == []


def test_a_failed_call(sender, tracer):
    with pytest.raises(TimeoutError), tracer.start_as_current_span("chat gpt-4o", attributes=GPT) as call:
        call.set_attribute("error.type", "openai.APITimeoutError")
        raise TimeoutError("no answer for key sk-abcdefghijklmnop")
    (event,) = events(sender)
    assert (event["status"], event["errorType"]) == ("TIMEOUT", "api_timeout_error")
    assert "sk-abc" not in event["errorMessage"]


def test_prompts_are_not_kept_unless_they_shall_be(api, sender, tracer):
    tracer.start_span("chat", attributes=GPT | {"gen_ai.input.messages": "[secret]", "input.value": "secret"}).end()
    (event,) = events(sender)
    assert "secret" not in sender.get(f"/api/events/{event['trackingId']}").text


BOMB = gzip.compress(b"\0" * (64 * 2**20))
HOSTILE: dict[str, tuple[bytes, str, dict[str, str], int]] = {
    "truncated protobuf": (protobuf("one")[:-7], PROTOBUF, {}, 400),
    "text for protobuf": (b"hello there", PROTOBUF, {}, 400),
    "a bomb": (BOMB, PROTOBUF, {"Content-Encoding": "gzip"}, 413),
    "a hundred thousand resources": (gzip.compress(b"\x0a\0" * 100_001), PROTOBUF, {"Content-Encoding": "gzip"}, 400),
    "a million objects": (b'{"resourceSpans":[%s{}]}' % (b"{}," * 1_000_000), "application/json", {}, 400),
    "a resource of too much": (
        json.dumps(request(span(), **{f"a{n}": n for n in range(300)})).encode(),
        "application/json",
        {},
        400,
    ),
    "half a gzip": (gzip.compress(protobuf("one"))[:-9], PROTOBUF, {"Content-Encoding": "gzip"}, 400),
    "two gzips": (gzip.compress(b"") * 2, PROTOBUF, {"Content-Encoding": "gzip"}, 400),
    "no gzip": (protobuf("one"), PROTOBUF, {"Content-Encoding": "gzip"}, 400),
    "another packing": (protobuf("one"), PROTOBUF, {"Content-Encoding": "br"}, 415),
    "a form": (b"a=b", "application/x-www-form-urlencoded", {}, 415),
    "broken JSON": (b'{"resourceSpans": [', "application/json", {}, 400),
    "a list": (b"[]", "application/json", {}, 400),
    "wrong types": (b'{"resourceSpans": [{"scopeSpans": [{"spans": [7]}]}]}', "application/json", {}, 400),
    "numbers for lists": (b'{"resourceSpans": 7}', "application/json", {}, 400),
    "no hexadecimal": (json.dumps(request(span() | {"traceId": "zz"})).encode(), "application/json", {}, 400),
    "short ids": (json.dumps(request(span() | {"traceId": "5b8e"})).encode(), "application/json", {}, 400),
    "ids of zeros": (json.dumps(request(span(0))).encode(), "application/json", {}, 400),
    "deep": (b'{"resourceSpans":' * 5000, "application/json", {}, 400),
    "10,000 calls": (json.dumps(request(*map(span, range(1, 10_001)))).encode(), "application/json", {}, 400),
} | {
    f"{name} {told!r}": (json.dumps(request(span(1, GPT | {name: told}))).encode(), "application/json", {}, 400)
    for name, told in [
        ("gen_ai.usage.input_tokens", float("nan")),
        ("gen_ai.usage.input_tokens", -1),
        ("gen_ai.usage.output_tokens", 1.5),
        ("gen_ai.usage.output_tokens", True),
        ("gen_ai.usage.cache_read.input_tokens", 10**15),
        ("gen_ai.response.time_to_first_chunk", float("inf")),
        ("llm.cost.total", float("nan")),
        ("llm.cost.total", -1.0),
        ("gen_ai.request.model", True),
        ("gen_ai.request.model", "x" * 201),
    ]
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_input_is_refused_and_nothing_is_written(sender, what):
    body, encoding, headers, status = HOSTILE[what]
    answer = post(sender, body, encoding, **headers)
    assert answer.status_code == status
    assert Status.FromString(answer.content).message if encoding == PROTOBUF else answer.json()["message"]
    assert events(sender) == []


def test_ten_thousand_other_spans_are_fine(sender):
    spans = [{"traceId": "5b" * 16, "spanId": f"{n:016x}", "name": "GET"} for n in range(1, 10_001)]
    assert sender.post(PATH, json=request(*spans)).status_code == 200


def test_nobody_may_send(nobody):
    answer = post(nobody, protobuf("one"))
    assert (answer.status_code, Status.FromString(answer.content).message) == (401, "Unauthorized")


@pytest.mark.parametrize("scopes", [(), ("chat",), ("events:read",)])
def test_a_key_that_no_admin_granted_it_is_forbidden(api, mallory, key_of, scopes):
    with client(api.url, key_of(mallory, *scopes)) as program:
        assert post(program, protobuf("one")).status_code == 403


def test_a_cookie_is_no_key(root):
    with root.by_cookie() as browser:
        assert post(browser, protobuf("one")).status_code == 401


def test_many_exporters_at_once_lose_nothing(sender):
    bodies = [protobuf(*(["chat"] * 20)) for _ in range(20)]
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda body: post(sender, body).status_code, bodies))
    assert answers == [200] * 20
    assert len(sender.get("/api/events", params={"limit": 1000}).json()["events"]) == 400


def test_an_exporter_shall_try_again_while_the_database_is_away(start_api, monkeypatch):
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 20)
    api, body = start_api(), protobuf("one")
    person = api.person("nina")
    with api.wiring.db.writing() as session:
        key = api_keys.create(session, person.account.id, "tracer", scopes=("events:write", "events:read")).key
    with client(api.url, key) as program:
        with closing(sqlite3.connect(api.wiring.settings.data_dir / "fluxgate.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            away = post(program, body)
        assert (away.status_code, away.headers["retry-after"]) == (503, "5")
        assert Status.FromString(away.content).message == "The database does not answer"
        assert (post(program, body).status_code, len(events(program))) == (200, 1)
