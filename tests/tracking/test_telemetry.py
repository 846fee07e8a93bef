"""A program that has OpenTelemetry finds there a span and the metrics of each tracked call."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler, SamplingResult
from opentelemetry.trace import SpanKind, StatusCode

from fluxgate_app.events.otlp import wire as otlp
from fluxgate_app.events.otlp.calls import Batch

from .conftest import Caller


class Angry(SpanProcessor):
    """Raises when told to."""

    is_angry = False

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        if self.is_angry:
            raise RuntimeError("no spans today")


class Switch(Sampler):
    """No spans once it is off: the SDK, once set up, stays so for the tests of the same process that follow."""

    is_on = True

    def should_sample(self, *args: Any, **kwargs: Any) -> SamplingResult:
        return (ALWAYS_ON if self.is_on else ALWAYS_OFF).should_sample(*args, **kwargs)

    def get_description(self) -> str:
        return "switch"


EXPORTED, ANGRY, SWITCH = InMemorySpanExporter(), Angry(), Switch()


@pytest.fixture(scope="module")
def reader() -> Iterator[InMemoryMetricReader]:
    """The SDK, set up as a program does it: for the whole process, once."""
    reader = InMemoryMetricReader(preferred_temporality={Histogram: AggregationTemporality.DELTA})
    provider = TracerProvider(sampler=SWITCH)
    provider.add_span_processor(ANGRY)
    provider.add_span_processor(SimpleSpanProcessor(EXPORTED))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider([reader]))
    yield reader
    SWITCH.is_on = False


@pytest.fixture(autouse=True)
def clean(reader: InMemoryMetricReader) -> None:
    """Nothing of the test before."""
    EXPORTED.clear()
    reader.get_metrics_data()


def ours() -> ReadableSpan:
    """The only span of a tracked client."""
    (span,) = [span for span in EXPORTED.get_finished_spans() if span.instrumentation_scope.name == "fluxgate"]
    return span


def counted(spans: Any) -> int:
    """How many calls our own `/v1/traces` would take these for, in one request."""
    batch = Batch.of(otlp.read(encode_spans(spans).SerializeToString(), "application/x-protobuf"))
    around = batch.wrapping()
    return len([call for call in batch.calls if call.id not in around])


async def asked(caller: Caller, client: Any = None, stream: bool = True) -> None:
    caller.wire.says(*caller.events("stream.sse") if stream else [caller.reply("answer.json")])
    answer = await caller.ask(client, stream=stream)
    if stream:
        await caller.drain(answer)


async def test_a_call_is_a_span(caller: Caller):
    await asked(caller, caller.tracked.with_context(feature="search", conversation_id="c_1", user="u_1"))
    end, attributes = caller.sink.end, ours().attributes or {}
    assert ours().kind is SpanKind.CLIENT
    assert ours().name.endswith(str(attributes["gen_ai.request.model"]))
    assert attributes["gen_ai.usage.input_tokens"] == end.usage.input_tokens
    assert attributes["gen_ai.usage.output_tokens"] == end.usage.output_tokens
    assert attributes["gen_ai.response.finish_reasons"] == (end.finish_reason,)
    assert attributes["gen_ai.response.time_to_first_chunk"] == (end.latency_in_ms or 0) / 1000
    assert (attributes["gen_ai.conversation.id"], attributes["user.id"]) == ("c_1", "u_1")
    assert (attributes["fluxgate.feature"], attributes["fluxgate.tracking_id"]) == ("search", end.tracking_id)
    assert attributes["server.port"] == 443


@pytest.mark.parametrize(
    ("opted", "name", "other"),
    [
        ("", "gen_ai.system", "gen_ai.provider.name"),
        ("http,gen_ai_latest_experimental", "gen_ai.provider.name", "gen_ai.system"),
    ],
)
async def test_names_are_old_or_new(make, monkeypatch, opted: str, name: str, other: str):
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", opted)
    await asked(make("gemini"))
    attributes = ours().attributes or {}
    assert attributes[name] == "gcp.gemini"
    assert other not in attributes


async def test_the_metrics_of_a_stream(make, reader: InMemoryMetricReader):
    caller = make("openai")
    await asked(caller)
    found: dict[str, list[Any]] = {}
    for metric in reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics:
        found[metric.name] = list(metric.data.data_points)
    (duration,), (first,) = (found[f"gen_ai.client.operation.{name}"] for name in ("duration", "time_to_first_chunk"))
    assert duration.sum == pytest.approx((caller.sink.end.streaming_duration_in_ms or 0) / 1000)
    assert first.sum == pytest.approx((caller.sink.end.latency_in_ms or 0) / 1000)
    tokens = {point.attributes["gen_ai.token.type"]: point.sum for point in found["gen_ai.client.token.usage"]}
    assert tokens == {"input": caller.sink.end.usage.input_tokens, "output": caller.sink.end.usage.output_tokens}


async def test_a_failed_call_is_a_failed_span(caller: Caller):
    caller.wire.says(b'{"error": {"message": "no", "type": "server_error"}}', status=500)
    with pytest.raises(Exception, match="no"):
        answer = await caller.ask(stream=True)
        await caller.drain(answer)
    assert ours().status.status_code is StatusCode.ERROR
    assert (ours().attributes or {})["error.type"] == caller.sink.end.error_type


async def test_it_lies_within_the_program_s_own_span_and_leaves_that_current(caller: Caller):
    with trace.get_tracer("program").start_as_current_span("request") as request:
        await asked(caller)
        assert trace.get_current_span() is request
    assert ours().parent is not None
    assert ours().parent.span_id == request.get_span_context().span_id


@pytest.mark.parametrize("stream", [True, False])
async def test_what_is_recorded_is_no_call_once_more_to_our_own_route(caller: Caller, stream: bool):
    """Not even where the vendor's SDK tells of the same call, whatever it sends in which request."""
    await asked(caller, stream=stream)
    spans = EXPORTED.get_finished_spans()
    assert [counted([span]) for span in spans] == [0] * len(spans)
    assert len(spans) == (2 if caller.vendor == "anthropic" else 1)


async def test_what_nobody_records_is_one_call_to_our_own_route(vendor: str, make):
    caller = make(vendor, sink=None)
    await asked(caller)
    assert counted(EXPORTED.get_finished_spans()) == 1


async def test_a_broken_telemetry_breaks_no_call(make, monkeypatch):
    monkeypatch.setattr(ANGRY, "is_angry", True)
    caller = make("openai")
    await asked(caller)
    assert caller.sink.end.status == "SUCCESS"
