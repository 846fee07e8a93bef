"""What spans say in each vocabulary becomes an event: who was asked, for whom, what was used, how it ended."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.events.content import ContentLogging
from fluxgate_app.events.otlp.traces import Taken, Traces
from fluxgate_app.models import AiEvent, AiEventContent
from fluxgate_app.tracking.record import Owner

from ..spans import GPT, happened, request, span

OPENINFERENCE: dict[str, Any] = {
    "openinference.span.kind": "LLM",
    "llm.provider": "anthropic",
    "llm.model_name": "claude-sonnet-4-6",
    "llm.token_count.prompt": 1000,
    "llm.token_count.completion": 100,
    "llm.token_count.total": 1100,
}
AGENT = {"gen_ai.operation.name": "invoke_agent"}
TOOL = {"openinference.span.kind": "TOOL"}


def send(
    database: Database,
    *spans: dict[str, Any],
    account: str = "usr_alice",
    kept: ContentLogging = "off",
    **resource: Any,
) -> Taken:
    body = json.dumps(request(*spans, **resource)).encode()

    async def take() -> Taken:
        return await Traces(database, asyncio.Lock(), kept).take(body, "application/json", Owner(account, "key_1"))

    return asyncio.run(take())


def events(database: Database) -> list[AiEvent]:
    with database.reading() as session:
        return list(session.exec(select(AiEvent).order_by(AiEvent.id)))


def stored(database: Database, attributes: dict[str, Any], **more: Any) -> AiEvent:
    send(database, span(1, attributes, **more))
    (event,) = events(database)
    return event


def test_a_span_becomes_an_event(database: Database):
    taken = send(database, span(), **{"service.name": "shop"})
    (event,) = events(database)
    assert (taken.rejected, list(taken.stored)) == (0, [event.tracking_id])
    assert (event.account, event.api_key, event.origin) == ("usr_alice", "key_1", "real")
    assert (event.provider, event.model, event.kind, event.feature) == ("openai", "gpt-4o", "chat", "shop")
    assert (event.input_tokens, event.output_tokens, event.cached_tokens) == (1000, 100, 800)
    assert (event.cost, event.cost_source, event.status) == (Decimal("0.0025"), "computed", "SUCCESS")
    assert (event.is_streamed, event.latency_in_ms, event.streaming_duration_in_ms) == (False, 1500, None)
    assert event.raw_usage == {name: count for name, count in GPT.items() if "usage" in name}
    assert event.event_metadata == {
        "service": "shop",
        "spanName": "chat gpt-4o",
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "0000000000000001",
    }


OLD = {"gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o"}


@pytest.mark.parametrize(
    "attributes",
    [
        OLD | {"gen_ai.usage.prompt_tokens": 1000, "gen_ai.usage.completion_tokens": 100},
        OLD | {"llm.request.type": "chat", "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100},
        OLD | {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1000.0, "gen_ai.usage.output_tokens": 100},
        OPENINFERENCE | {"llm.provider": "openai", "llm.model_name": "gpt-4o"},
        {"llm.system": "openai", "llm.request.model_name": "gpt-4o", "openinference.span.kind": "LLM"}
        | {name: count for name, count in OPENINFERENCE.items() if "token_count" in name},
    ],
)
def test_every_vocabulary_is_understood(database: Database, attributes: dict[str, Any]):
    event = stored(database, attributes)
    assert (event.provider, event.model, event.cost) == ("openai", "gpt-4o", Decimal("0.0035"))


@pytest.mark.parametrize(
    ("operation", "kind"),
    [("generate_content", "chat"), ("text_completion", "completion"), ("embeddings", "embedding")],
)
def test_the_operation_is_the_kind(database: Database, operation: str, kind: str):
    assert stored(database, GPT | {"gen_ai.operation.name": operation}).kind == kind


def test_embeddings_of_openinference_have_no_output(database: Database):
    named = {"openinference.span.kind": "EMBEDDING", "embedding.model_name": "text-embedding-3-small"}
    event = stored(database, named | {"llm.provider": "openai", "llm.token_count.prompt": 1000})
    assert (event.kind, event.output_tokens, event.cost) == ("embedding", 0, Decimal("0.00002"))


@pytest.mark.parametrize(
    ("told", "provider"),
    [("gcp.gemini", "google"), ("azure.ai.openai", "azure"), ("aws.bedrock", "aws"), ("x_ai", "xai"), ("acme", "acme")],
)
def test_the_conventions_names_of_providers_are_ours(database: Database, told: str, provider: str):
    assert stored(database, GPT | {"gen_ai.provider.name": told}).provider == provider


def test_a_known_host_says_more_than_the_kind_of_client(database: Database):
    event = stored(database, GPT | {"server.address": "api.groq.com", "server.port": 443})
    assert (event.provider, event.endpoint_host) == ("groq", "api.groq.com")


def test_an_unknown_host_keeps_its_port(database: Database):
    event = stored(database, GPT | {"server.address": "10.0.0.7", "server.port": 8080})
    assert (event.provider, event.endpoint_host) == ("openai", "10.0.0.7:8080")


OUTPUT, TOTAL = "gen_ai.usage.output_tokens", "gen_ai.usage.total_tokens"
READ, WRITTEN = "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_write.input_tokens"
CLAUDE = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.request.model": "claude-sonnet-4-6",
    "gen_ai.usage.output_tokens": 100,
    READ: 200,
}


@pytest.mark.parametrize(
    ("counts", "whole"),
    [
        ({"gen_ai.usage.input_tokens": 1000, WRITTEN: 700}, 1000),
        ({"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.cache_creation.input_tokens": 700}, 1000),
        # Passed on as the vendor counts: less than its parts, or with a total that has room for them beside it.
        ({"gen_ai.usage.input_tokens": 100, WRITTEN: 700}, 1000),
        ({"gen_ai.usage.input_tokens": 2000, WRITTEN: 700, "gen_ai.usage.total_tokens": 3000}, 2900),
        ({"gen_ai.usage.input_tokens": 2000, WRITTEN: 700, "gen_ai.usage.total_tokens": 2100}, 2000),
    ],
)
def test_the_input_includes_the_cache(database: Database, counts: dict[str, int], whole: int):
    event = stored(database, CLAUDE | counts)
    assert (event.input_tokens, event.cached_tokens, event.cache_write_tokens) == (whole, 200, 700)


def test_what_the_cache_keeps_for_an_hour_costs_more(database: Database):
    hour = {"anthropic.usage.cache_creation.ephemeral_1h_input_tokens": 300}
    event = stored(database, CLAUDE | {"gen_ai.usage.input_tokens": 1000, WRITTEN: 700} | hour)
    assert (event.cache_write_1h_tokens, event.cost) == (300, Decimal("0.00516"))


@pytest.mark.parametrize(
    ("counts", "output"),
    [
        ({"gen_ai.usage.output_tokens": 100, "gen_ai.usage.reasoning.output_tokens": 40}, 100),
        ({"gen_ai.usage.output_tokens": 30, "gen_ai.usage.reasoning.output_tokens": 40}, 70),
        (
            {"gen_ai.usage.output_tokens": 60, "gen_ai.usage.reasoning_tokens": 40, "gen_ai.usage.total_tokens": 1100},
            100,
        ),
    ],
)
def test_the_output_includes_the_reasoning(database: Database, counts: dict[str, int], output: int):
    event = stored(database, GPT | counts)
    assert (event.output_tokens, event.reasoning_tokens) == (output, 40)


def test_a_cost_that_the_program_knows_is_reported(database: Database):
    event = stored(database, OPENINFERENCE | {"llm.cost.total": 0.25})
    assert (event.cost, event.cost_source) == (Decimal("0.25"), "reported")


def test_a_cost_of_nothing_is_not_believed(database: Database):
    event = stored(database, OPENINFERENCE | {"llm.cost.total": 0.0})
    assert (event.cost, event.cost_source) == (Decimal("0.0045"), "computed")


def test_a_call_that_tells_no_counts_has_no_price(database: Database):
    event = stored(database, OLD | {"gen_ai.operation.name": "chat"})
    assert (event.input_tokens, event.cost, event.cost_source) == (None, None, "unpriced")


@pytest.mark.parametrize(
    ("attributes", "more"),
    [
        ({"gen_ai.response.time_to_first_chunk": 0.25, "gen_ai.request.stream": True}, {}),
        ({"gen_ai.response.time_to_first_chunk": 0.25}, {}),
        ({}, {"events": [happened("First Token Stream Event", 250)]}),
        ({}, {"events": [happened("llm.content.completion.chunk", n) for n in (900, 250)]}),
    ],
)
def test_a_stream_is_timed_to_its_first_chunk(database: Database, attributes: dict[str, Any], more: dict[str, Any]):
    event = stored(database, GPT | attributes, **more)
    assert (event.is_streamed, event.latency_in_ms, event.streaming_duration_in_ms) == (True, 250, 1500)


def test_a_stream_without_a_first_chunk_has_no_latency(database: Database):
    event = stored(database, GPT | {"gen_ai.request.stream": True})
    assert (event.latency_in_ms, event.streaming_duration_in_ms) == (None, 1500)


@pytest.mark.parametrize("times", [{"endTimeUnixNano": "0"}, {"endTimeUnixNano": "7"}, {"startTimeUnixNano": "0"}])
def test_a_time_that_cannot_be_is_unknown(database: Database, times: dict[str, str]):
    assert stored(database, GPT, **times).latency_in_ms is None


@pytest.mark.parametrize(
    ("reasons", "status"),
    [
        (["stop"], "SUCCESS"),
        (["tool_call"], "SUCCESS"),
        (["end_turn"], "SUCCESS"),
        (["STOP"], "SUCCESS"),
        (["length"], "MAX_TOKENS"),
        (["content_filter"], "CONTENT_FILTER"),
        (["SAFETY"], "BLOCKED"),
        (["error"], "ERROR"),
        ("max_tokens", "MAX_TOKENS"),
        ([], "SUCCESS"),
    ],
)
def test_the_finish_reason_is_the_status(database: Database, reasons: Any, status: str):
    event = stored(database, GPT | {"gen_ai.response.finish_reasons": reasons})
    assert event.status == status


FAILED = {"status": {"code": 2, "message": "went wrong"}}


@pytest.mark.parametrize(
    ("error", "more", "expected"),
    [
        ("openai.RateLimitError", FAILED, ("RATE_LIMITED", "rate_limit_error", "went wrong")),
        ("429", FAILED, ("RATE_LIMITED", "429", "went wrong")),
        ("timeout", {}, ("TIMEOUT", "timeout", None)),
        ("asyncio.exceptions.CancelledError", FAILED, ("CANCELLED", "cancelled_error", "went wrong")),
        ("500", {"status": {"code": "STATUS_CODE_ERROR"}}, ("ERROR", "500", None)),
    ],
)
def test_an_error_is_the_status(database: Database, error: str, more: dict[str, Any], expected: tuple[Any, ...]):
    event = stored(database, GPT | {"error.type": error}, **more)
    assert (event.status, event.error_type, event.error_message) == expected


def test_an_exception_tells_what_the_status_does_not(database: Database):
    raised = happened("exception", 900, exception_type="openai.APIConnectionError", exception_message="no route")
    event = stored(database, GPT, status={"code": 2}, events=[raised])
    assert (event.status, event.error_type, event.error_message) == ("ERROR", "api_connection_error", "no route")


def test_an_exception_that_was_survived_is_no_failure(database: Database):
    assert stored(database, GPT, events=[happened("exception", 9, exception_type="ValueError")]).status == "SUCCESS"


def test_a_message_that_quotes_the_prompt_is_dropped(database: Database):
    prompt = {"input.value": "my secret plan for the summer of next year"}
    status = {"code": 2, "message": "refused: my secret plan for the summer of next year"}
    assert stored(database, GPT | prompt, status=status).error_message is None


def test_labels_come_from_the_span_and_its_program(database: Database):
    labels = {"fluxgate.feature": "search", "fluxgate.step": "rank", "user.id": "u_1", "session.id": 7}
    send(database, span(1, GPT | labels | {"gen_ai.conversation.id": "c_1"}), **{"service.name": "shop"})
    (event,) = events(database)
    assert (event.feature, event.step, event.user) == ("search", "rank", "u_1")
    assert (event.session_id, event.conversation_id) == ("7", "c_1")


def test_a_service_without_a_name_is_no_feature(database: Database):
    send(database, span(), **{"service.name": "unknown_service:python"})
    assert events(database)[0].feature is None


TEXTS = {"gen_ai.input.messages": '[{"role":"user","content":"a@b.de"}]', "gen_ai.output.messages": [{"role": "x"}]}


@pytest.mark.parametrize(
    ("kept", "texts"),
    [
        ("off", None),
        ("redact", ('[{"role":"user","content":"[email]"}]', '[{"role": "x"}]')),
        ("full", ('[{"role":"user","content":"a@b.de"}]', '[{"role": "x"}]')),
    ],
)
def test_texts_are_kept_as_the_setting_says(database: Database, kept: ContentLogging, texts: tuple[str, str] | None):
    send(database, span(1, GPT | TEXTS), kept=kept)
    with database.reading() as session:
        found = session.exec(select(AiEventContent)).one_or_none()
    assert (found and (found.prompt, found.answer)) == texts


def test_texts_that_are_spread_over_attributes_are_put_together(database: Database):
    spread = {"llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "Hi"}
    send(database, span(1, OPENINFERENCE | spread), kept="full")
    with database.reading() as session:
        assert json.loads(session.exec(select(AiEventContent)).one().prompt or "") == spread


@pytest.mark.parametrize(
    "attributes",
    [
        AGENT | {"gen_ai.usage.input_tokens": 1000, "gen_ai.request.model": "gpt-4o", "gen_ai.system": "openai"},
        {"gen_ai.operation.name": "execute_tool"},
        {"gen_ai.operation.name": "retrieval"},
        OPENINFERENCE | {"openinference.span.kind": "CHAIN"},
        OPENINFERENCE | {"openinference.span.kind": "AGENT"},
        {"gen_ai.provider.name": "anthropic", "gen_ai.request.model": "claude-sonnet-4-6"},
        {"http.request.method": "GET"},
        GPT | {"fluxgate.tracking_id": "evt_1"},
    ],
)
def test_what_is_no_call_is_no_event(database: Database, attributes: dict[str, Any]):
    assert send(database, span(1, attributes)) == Taken(0, "", [])
    assert events(database) == []


def numbers(database: Database) -> list[int]:
    """The ids of the spans that became events."""
    return sorted(int((event.event_metadata or {})["spanId"], 16) for event in events(database))


def test_the_innermost_span_of_a_call_counts(database: Database):
    send(database, span(1, OPENINFERENCE), span(2, {"a": 1}, parent=1), span(3, GPT, parent=2), span(4, GPT, parent=1))
    assert numbers(database) == [3, 4]


def test_it_does_not_matter_in_which_order_they_come(database: Database):
    send(database, span(3, GPT, parent=2), span(2, {"a": 1}, parent=1), span(1, OPENINFERENCE))
    assert numbers(database) == [3]


def test_what_is_around_a_call_may_come_in_later_requests(database: Database):
    for sent in (span(3, GPT, parent=2), span(2, {"a": 1}, parent=1), span(1, OPENINFERENCE)):
        send(database, sent)
    assert numbers(database) == [3]


def test_what_is_inside_a_call_that_came_in_an_earlier_request_is_not_counted_again(database: Database):
    send(database, span(1, OPENINFERENCE))
    for _ in range(2):
        send(database, span(3, GPT, parent=2), span(2, {"a": 1}, parent=1))
    send(database, span(4, GPT, parent=3))
    assert numbers(database) == [1]


def test_what_a_tool_calls_later_is_a_call_of_its_own(database: Database):
    send(database, span(1, GPT))
    send(database, span(2, TOOL, parent=1), span(3, GPT, parent=2))
    assert numbers(database) == [1, 3]


def test_what_wraps_a_call_stays_unrecorded_when_it_comes_again_alone(database: Database):
    send(database, span(1, OPENINFERENCE), span(2, GPT, parent=1))
    send(database, span(1, OPENINFERENCE))
    assert numbers(database) == [2]


@pytest.mark.parametrize("between", [AGENT, TOOL])
def test_a_call_of_a_tool_is_not_the_call_that_called_the_tool(database: Database, between: dict[str, Any]):
    send(database, span(1, GPT), span(2, between, parent=1), span(3, GPT, parent=2))
    assert numbers(database) == [1, 3]


def test_spans_that_are_each_other_s_parents_do_not_last_for_ever(database: Database):
    send(database, span(1, {"a": 1}, parent=2), span(2, {"a": 1}, parent=1), span(3, GPT, parent=1))
    assert numbers(database) == [3]


def test_what_a_tracked_client_recorded_is_not_recorded_by_what_wraps_it(database: Database):
    send(database, span(1, OPENINFERENCE), span(2, GPT | {"fluxgate.tracking_id": "evt_1"}, parent=1))
    assert numbers(database) == []


@pytest.mark.parametrize("state", ["fluxgate=evt_1", "other=1, fluxgate=evt_1"])
def test_what_a_vendor_s_sdk_tells_of_a_tracked_call_is_recorded_already(database: Database, state: str):
    send(database, span(1, GPT, parent=9, traceState=state))
    send(database, span(2, GPT, traceState="other=fluxgate"))
    assert numbers(database) == [2]


def test_a_span_that_is_sent_again_changes_nothing(database: Database):
    first, again = send(database, span()), send(database, span())
    assert (len(first.stored), list(again.stored), again.rejected) == (1, [], 0)
    assert len(events(database)) == 1


def test_twice_in_one_request_is_once(database: Database):
    send(database, span(), span())
    assert len(events(database)) == 1


def test_other_content_under_the_same_ids_is_rejected(database: Database):
    send(database, span())
    with pytest.raises(Invalid, match="used for another event"):
        send(database, span(1, GPT | {"gen_ai.usage.input_tokens": 1}))
    assert [event.input_tokens for event in events(database)] == [1000]


def test_the_same_ids_in_another_account_are_another_call(database: Database):
    send(database, span())
    send(database, span(), account="usr_bob")
    assert len({event.tracking_id for event in events(database)}) == 2


def test_tracking_ids_sort_by_time(database: Database):
    send(database, span(2), span(1, startTimeUnixNano="1772366300000000000"))
    earlier, later = sorted(events(database), key=lambda event: event.created_at)
    assert earlier.tracking_id < later.tracking_id


def test_a_bad_span_is_rejected_and_the_others_are_kept(database: Database):
    taken = send(database, span(1), span(2, GPT | {"gen_ai.usage.input_tokens": -1}))
    assert (taken.rejected, len(taken.stored)) == (1, 1)
    assert taken.why.startswith("Span 0000000000000002: gen_ai.usage.input_tokens must be a whole number from 0")
    assert numbers(database) == [1]


def test_nothing_is_stored_of_a_request_in_which_all_calls_are_bad(database: Database):
    with pytest.raises(Invalid):
        send(database, span(1, GPT | {"gen_ai.usage.input_tokens": -1}, parent=9))
    send(database, span(9))
    assert numbers(database) == [9]
