"""Calls that other programs tracked become events: read, counted, priced, stored, each at most once."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from fluxgate_app.db import Database
from fluxgate_app.errors import Conflict, Invalid
from fluxgate_app.events.ingest import receipts
from fluxgate_app.events.ingest.intake import Answer, Intake
from fluxgate_app.models import AiEvent, EndUser, IngestReceipt
from fluxgate_app.tracking.record import Owner

ALICE, BOB = Owner("usr_alice", "key_1"), Owner("usr_bob", "key_2")
A: dict[str, Any] = {
    "usage": {"inputTokens": 1000, "outputTokens": 100, "cachedTokens": 800, "model": "gpt-4o", "provider": "openai"},
    "metadata": {"feature": "summaries", "user": "u_1", "timestamp": "2026-03-01T12:00:00Z", "plan": "pro"},
}
B: dict[str, Any] = {
    "provider": "anthropic",
    "model": "claude-sonnet-4-6",
    "user": "u_1",
    "feature": "triage",
    "step": "first",
    "sessionId": "s_1",
    "conversationId": "c_1",
    "timestamp": "2026-03-01T12:00:00Z",
    "performance": {"latency": 2000, "status": "SUCCESS", "isStreamed": True, "streamDuration": 1500},
    "usage": {"promptTokens": 100, "completionTokens": 100, "cacheReadTokens": 200, "cacheWriteTokens": 700},
    "metadata": {"serviceTier": "standard", "region": "eu"},
}


def ingest(database: Database, body: bytes, owner: Owner, key: str | None = None) -> Answer:
    return asyncio.run(Intake(database).take(body, owner, key))


def send(database: Database, body: Any, owner: Owner = ALICE, key: str | None = None) -> Any:
    answer = ingest(database, json.dumps(body).encode(), owner, key)
    return json.loads(answer.text, parse_float=Decimal)


def events(database: Database) -> list[AiEvent]:
    with database.reading() as session:
        return list(session.exec(select(AiEvent).order_by(AiEvent.id)))


def stored(database: Database, body: Any) -> AiEvent:
    send(database, body)
    (event,) = events(database)
    return event


def with_usage(shape: dict[str, Any], **usage: Any) -> dict[str, Any]:
    return shape | {"usage": shape["usage"] | usage}


def test_shape_a_becomes_an_event(database: Database):
    answer = send(database, with_usage(A, latencyInMs=120.5, isStreamed=True, streamingDurationInMs=900))
    (event,) = events(database)
    assert answer == {
        "id": event.tracking_id,
        "trackingId": event.tracking_id,
        "createdAt": "2026-03-01T12:00:00.000Z",
        "cost": Decimal("0.0025"),
        "status": "SUCCESS",
    }
    assert (event.account, event.api_key, event.origin) == ("usr_alice", "key_1", "real")
    assert (event.provider, event.model, event.feature, event.user) == ("openai", "gpt-4o", "summaries", "u_1")
    assert (event.input_tokens, event.output_tokens, event.cached_tokens) == (1000, 100, 800)
    assert (event.is_streamed, event.latency_in_ms, event.streaming_duration_in_ms) == (True, 120.5, 900)
    assert (event.cost, event.cost_source) == (Decimal("0.0025"), "computed")
    assert event.event_metadata == {"plan": "pro"}


def test_shape_b_becomes_an_event_with_inclusive_counts_and_our_times(database: Database):
    answer = send(database, B)
    (event,) = events(database)
    assert answer == {
        "recordId": event.tracking_id,
        "totalTokens": 1100,
        "totalCost": Decimal("0.004485"),
        "status": "ok",
        "timestamp": "2026-03-01T12:00:00.000Z",
        "description": "Recorded",
    }
    assert (event.input_tokens, event.cached_tokens, event.cache_write_tokens) == (1000, 200, 700)
    assert (event.latency_in_ms, event.streaming_duration_in_ms) == (500, 2000)
    assert (event.step, event.session_id, event.conversation_id) == ("first", "s_1", "c_1")
    assert event.event_metadata == {"serviceTier": "standard", "region": "eu"}
    assert event.raw_usage == B["usage"]


def test_google_leaves_thoughts_out_of_its_output(database: Database):
    usage = {"promptTokens": 1000, "completionTokens": 60, "reasoningTokens": 40, "cacheReadTokens": 100}
    event = stored(database, B | {"provider": "google", "model": "gemini-2.5-flash", "usage": usage})
    assert (event.input_tokens, event.output_tokens, event.reasoning_tokens) == (1000, 100, 40)


def test_openai_s_counts_are_totals_already(database: Database):
    usage = {"promptTokens": 1000, "completionTokens": 100, "reasoningTokens": 40, "cacheReadTokens": 800}
    event = stored(database, B | {"provider": "OpenAI", "model": "gpt-4o", "usage": usage})
    assert (event.provider, event.input_tokens, event.output_tokens) == ("openai", 1000, 100)
    assert event.cost == Decimal("0.0025")


def test_a_cache_that_is_kept_for_an_hour_costs_more(database: Database):
    event = stored(database, B | {"metadata": {"cacheTtl": "1h"}})
    assert event.cache_write_1h_tokens == 700
    assert event.cost == Decimal("0.00606")


def test_a_raw_usage_of_another_form_is_kept_as_it_came(database: Database):
    raw = {"promptTokensDetails": ["AUDIO"], "cost": {"total_cost": []}}
    event = stored(database, B | {"rawUsage": raw})
    assert (event.raw_usage, event.cost) == (raw, Decimal("0.004485"))


def test_counts_that_nobody_told_have_no_price(database: Database):
    event = stored(database, B | {"usage": {}})
    assert (event.input_tokens, event.cost, event.cost_source) == (None, None, "unpriced")


def test_a_call_that_was_not_streamed_took_its_whole_trip(database: Database):
    event = stored(database, B | {"performance": {"latency": 2000, "status": "success"}})
    assert (event.is_streamed, event.latency_in_ms, event.streaming_duration_in_ms) == (False, 2000, None)


@pytest.mark.parametrize(
    "shape", [A, B | {"provider": "acme", "usage": {"promptTokens": 1000, "cacheReadTokens": 800}}]
)
def test_the_sender_s_own_prices_come_first(database: Database, shape):
    override = {"inputCostPer1MTokens": 1, "outputCostPer1MTokens": 2.5, "cacheReadCostPer1MTokens": 0}
    event = stored(database, shape | {"costOverride": override})
    written = event.output_tokens or 0
    assert (event.cost, event.price_version) == (Decimal(200 + written * 5 // 2) / 10**6, "override")


def test_a_reported_cost_is_taken_as_it_is(database: Database):
    event = stored(database, B | {"provider": "openrouter", "metadata": {"openrouterCost": 0.0000015}})
    assert (event.cost, event.cost_source) == (Decimal("0.0000015"), "reported")


def test_a_tier_that_a_sender_names_has_its_own_price(database: Database):
    told = {"timestamp": "2026-11-20T12:00:00Z", "provider": "openai", "model": "gpt-4o"}
    event = stored(database, B | told | {"metadata": {"serviceTier": "priority"}})
    # 700 written at 4.25, 200 read at 2.125, 100 out at 17 a million.
    assert (event.cost, event.cost_source) == (Decimal("0.0051"), "computed")


def test_an_unknown_model_is_unpriced_and_never_free(database: Database):
    answer = send(database, B | {"model": "no-such-model"})
    assert (answer["totalCost"], answer["status"]) == (None, "no_pricing")
    assert events(database)[0].cost_source == "unpriced"


def test_what_is_absent_is_unknown(database: Database):
    event = stored(database, {"usage": {"inputTokens": 1, "outputTokens": 2}})
    assert (event.model, event.provider, event.status, event.cost) == ("unknown", "unknown", "SUCCESS", None)
    assert (event.feature, event.user, event.latency_in_ms) == (None, None, None)


def test_a_failure_keeps_its_words_without_the_keys_in_them(database: Database):
    status = {"status": "RATE_LIMITED", "errorMessage": "Too many with sk-abcdef123456789"}
    event = stored(database, A | {"status": status})
    assert (event.status, event.error_message) == ("RATE_LIMITED", "Too many with ***")


def test_our_own_clients_tell_what_the_shape_lacks(database: Database):
    told = {
        "id": "evt_01KJMMA2G0N6S8S5RMJPHG1VCC",
        "user": {"id": "u_9", "name": "Ann", "email": "ann@example.com", "monthlyRevenue": 12.5},
        "endpointHost": "api.anthropic.com",
        "modelUsed": "claude-sonnet-4-6-20260101",
        "kind": "response",
        "finishReason": "end_turn",
        "attempt": 2,
        "tokens": {"inputTokens": 1000, "outputTokens": 100, "cacheWriteTokens": 700, "cacheWrite1hTokens": 300},
        "rawUsage": {"input_tokens": 300, "cache_creation": {"ephemeral_1h_input_tokens": 300}},
        "cost": 0.0051,
        "costSource": "estimated",
        "tokensEstimated": True,
        "priceVersion": "genai-prices 0.2.3",
    }
    event = stored(database, B | told)
    assert event.tracking_id == told["id"]
    assert (event.user, event.endpoint_host, event.model_used) == ("u_9", "api.anthropic.com", told["modelUsed"])
    assert (event.kind, event.finish_reason, event.attempt) == ("response", "end_turn", 2)
    assert (event.input_tokens, event.cache_write_tokens, event.cache_write_1h_tokens) == (1000, 700, 300)
    assert (event.cost, event.cost_source, event.price_version) == (
        Decimal("0.0051"),
        "estimated",
        told["priceVersion"],
    )
    assert (event.raw_usage, event.tokens_estimated) == (told["rawUsage"], True)
    with database.reading() as session:
        (user,) = session.exec(select(EndUser)).all()
    assert (user.account, user.name, user.monthly_revenue) == ("usr_alice", "Ann", Decimal("12.5"))


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("2026-03-01T13:30:00+01:30", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (1772366400, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (1772366400123, datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_timestamp_may_be_old_and_without_a_zone_it_is_utc(database: Database, told, kept):
    assert stored(database, B | {"timestamp": told}).created_at == kept


def test_a_clock_that_goes_fast_is_set_to_now(database: Database):
    before = datetime.now(UTC)
    event = stored(database, B | {"timestamp": (before + timedelta(days=400)).isoformat()})
    assert before <= event.created_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "usage"),
        ({"provider": "openai"}, "usage"),
        (with_usage(A, inputTokens=-1), "usage.inputTokens"),
        (with_usage(A, inputTokens="7"), "usage.inputTokens"),
        (with_usage(A, outputTokens=True), "usage.outputTokens"),
        (with_usage(A, outputTokens=1.5), "usage.outputTokens"),
        (with_usage(A, outputTokens=None), "usage.outputTokens"),
        (with_usage(B, promptTokens=10**12 + 1), "usage.promptTokens"),
        (with_usage(A, latencyInMs=-0.5), "usage.latencyInMs"),
        (with_usage(A, latencyInMs=1e300), "usage.latencyInMs"),
        (A | {"status": "FINE"}, "status"),
        (A | {"metadata": []}, "metadata"),
        (A | {"metadata": {"feature": "x" * 201}}, "metadata.feature"),
        (A | {"metadata": {"feature": {}}}, "metadata.feature"),
        (B | {"timestamp": "yesterday"}, "timestamp"),
        (B | {"timestamp": "0001-01-01T00:00:00+10:00"}, "timestamp"),
        (B | {"metadata": {"openrouterCost": 1_000_001}}, "metadata.openrouterCost"),
        (B | {"metadata": {"openrouterCost": -1}}, "metadata.openrouterCost"),
        (B | {"cost": "NaN"}, "cost"),
        (B | {"costOverride": {"inputCostPer1MTokens": -1}}, "costOverride.inputCostPer1MTokens"),
        (B | {"id": ""}, "id"),
        (B | {"id": "a\0b"}, "id"),
        (B | {"id": "evt_../x"}, "id"),
        (B | {"rawUsage": 7}, "rawUsage"),
    ],
)
def test_it_refuses_what_is_absurd_and_names_it(database: Database, body, named):
    with pytest.raises(Invalid, match=rf"Invalid {named}\b"):
        send(database, body)
    assert events(database) == []


def test_it_refuses_a_computed_cost_beyond_a_million(database: Database):
    with pytest.raises(Invalid, match="at most 1000000 USD"):
        send(database, with_usage(A, inputTokens=10**12))


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 10_000, b'{"usage": NaN}', b"\xff", b'"\\ud800"'])
def test_it_refuses_what_is_no_json(database: Database, body):
    with pytest.raises(Invalid, match="Invalid JSON"):
        ingest(database, body, ALICE)


@pytest.mark.parametrize("body", [7, "text", None, True])
def test_it_refuses_what_is_no_event(database: Database, body):
    with pytest.raises(Invalid, match="must be a JSON object"):
        send(database, body)


@pytest.mark.parametrize("count", [0, 1001])
def test_a_list_has_one_to_a_thousand_events(database: Database, count):
    with pytest.raises(Invalid, match="1 to 1000"):
        send(database, [A] * count)


def test_strange_metadata_is_kept_as_far_as_it_can_be(database: Database):
    strange = {"emoji": "😀 \u202e", "nul": "a\0b", "large": 10**400, "deep": json.loads("[" * 50 + "]" * 50)}
    body = json.dumps(A | {"metadata": strange | {"endless": "INFINITE"}}).replace('"INFINITE"', "1e999")
    ingest(database, body.encode(), ALICE)
    (event,) = events(database)
    assert event.event_metadata is not None
    assert event.event_metadata["emoji"] == strange["emoji"]
    assert event.event_metadata["endless"] is None


def test_a_list_keeps_its_good_events_and_answers_each_by_its_index(database: Database):
    results = send(database, [A, {"usage": 1}, B, 7])["results"]
    assert [result["index"] for result in results] == [0, 1, 2, 3]
    assert [("error" in result) for result in results] == [False, True, False, True]
    assert [event.tracking_id for event in events(database)] == [results[0]["trackingId"], results[2]["recordId"]]


def test_a_list_without_any_good_event_stores_nothing(database: Database):
    answer = ingest(database, json.dumps([{}, 7]).encode(), ALICE)
    assert (answer.kept, answer.stored) == (False, ())
    assert set(json.loads(answer.text)) == {"error", "results"}
    assert events(database) == []


@pytest.mark.parametrize("shape", [A, B])
def test_the_same_id_again_gets_the_first_answer(database: Database, shape):
    first = send(database, shape | {"id": "order-7"})
    assert send(database, dict(reversed(shape.items())) | {"id": "order-7"}) == first
    assert len(events(database)) == 1


def test_the_same_id_for_something_else_is_a_conflict(database: Database):
    send(database, A | {"id": 7})
    with pytest.raises(Conflict):
        send(database, B | {"id": 7})
    assert len(events(database)) == 1


def test_ids_are_an_account_s_own(database: Database):
    send(database, A | {"id": "order-7"})
    send(database, B | {"id": "order-7"}, BOB)
    assert [event.account for event in events(database)] == ["usr_alice", "usr_bob"]


def test_a_tracking_id_of_another_account_is_refused(database: Database):
    send(database, A | {"id": "evt_01KJMMA2G0N6S8S5RMJPHG1VCC"})
    with pytest.raises(Conflict):
        send(database, A | {"id": "evt_01KJMMA2G0N6S8S5RMJPHG1VCC"}, BOB)
    assert [event.account for event in events(database)] == ["usr_alice"]


def test_an_id_that_comes_twice_in_a_list_is_one_event(database: Database):
    one, same, other = send(database, [A | {"id": "x"}, A | {"id": "x"}, B | {"id": "x"}])["results"]
    assert one | {"index": 1} == same
    assert other["error"] == "This id was used for another event"
    assert len(events(database)) == 1


@pytest.mark.parametrize("body", [A, [A, B, {}]])
def test_the_same_idempotency_key_again_gets_the_first_answer(database: Database, body):
    first = send(database, body, key="try-1")
    before = len(events(database))
    assert send(database, body, key="try-1") == first
    assert len(events(database)) == before
    with pytest.raises(Conflict):
        send(database, B, key="try-1")


def test_a_refused_request_does_not_use_up_its_key(database: Database):
    with pytest.raises(Invalid):
        send(database, {}, key="try-1")
    send(database, A, key="try-1")


def test_the_same_event_from_many_at_once_is_one(database: Database):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: send(database, A | {"id": "order-7"}), range(24)))
    assert answers == [answers[0]] * 24
    assert len(events(database)) == 1


def test_the_hourly_sums_count_what_came_in(database: Database, rollups_must_equal_the_rows):
    send(database, [A, B, B | {"performance": {"status": "ERROR"}}, A | {"id": "x"}, A | {"id": "x"}])
    rollups_must_equal_the_rows(database)


def test_a_first_answer_is_forgotten_after_90_days(database: Database):
    for key in ("old", "new"):
        send(database, A, key=key)
    with database.writing() as session:
        old = session.get_one(IngestReceipt, (ALICE.account, "request old"))
        old.created_at -= timedelta(days=90)
        session.add(old)
    with database.writing() as session:
        receipts.forget(session)
    with database.reading() as session:
        assert list(session.exec(select(IngestReceipt.key))) == ["request new"]
