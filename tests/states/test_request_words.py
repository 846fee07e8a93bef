"""A recorded call in words."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fluxgate_app.events.event_row import EventRow
from fluxgate_app.states import request_filters, request_lines, request_words

CALL = EventRow(
    row_id=1,
    tracking_id="evt_1",
    created_at=datetime(2026, 11, 21, tzinfo=UTC),
    account="usr_1",
    api_key=None,
    origin="real",
    provider="openai",
    endpoint_host="api.openai.com",
    model="gpt-4o",
    model_used="gpt-4o-2024-11-20",
    kind="chat",
    feature="chat",
    step=None,
    user="usr_01JD3F8XK2M9QABCDEFGHJKMNP",
    session_id=None,
    conversation_id="trip",
    status="SUCCESS",
    finish_reason="stop",
    error_type=None,
    error_message=None,
    is_streamed=True,
    latency_in_ms=500.0,
    streaming_duration_in_ms=2000.0,
    input_tokens=1204,
    output_tokens=96,
    cached_tokens=1000,
    cache_write_tokens=None,
    cache_write_1h_tokens=None,
    reasoning_tokens=None,
    audio_tokens=None,
    cost=Decimal("0.0051"),
    cost_source="computed",
    price_version="0.2.3",
    attempt=1,
)


def test_a_line_says_the_figures_shortly_and_keeps_the_exact_ones() -> None:
    line = request_lines.line(CALL)
    assert (line.tokens, line.exact_tokens) == ("1.2k → 96", "1,204 → 96")
    assert (line.cost, line.first, line.duration) == ("$0.0051", "500 ms", "2 s")
    assert (line.badge, line.short_user, line.short_conversation) == ("", "usr…HJKMNP", "trip")


def test_what_is_unknown_is_said_so() -> None:
    line = request_lines.line(replace(CALL, cost=None, cost_source="unpriced", output_tokens=None, latency_in_ms=None))
    assert (line.cost, line.tokens, line.first) == ("unpriced", "1.2k → –", "–")


def test_an_estimate_is_marked() -> None:
    assert request_lines.line(replace(CALL, cost_source="estimated")).cost == "≈$0.0051"


@pytest.mark.parametrize(
    ("status", "tone"), [("SUCCESS", "good"), ("CANCELLED", "warn"), ("MAX_TOKENS", "warn"), ("TIMEOUT", "bad")]
)
def test_each_end_has_a_word_a_sign_and_a_tone(status: str, tone: str) -> None:
    end = request_lines.end(status)
    assert (end.word, end.tone) == (status, tone)
    assert end.sign


def test_the_timeline_is_waiting_then_writing() -> None:
    waited, wrote, words = request_words.timeline(CALL)
    assert (waited, wrote) == ("25.00%", "75.00%")
    assert [fact.value for fact in words] == ["500 ms", "1.5 s"]


def test_a_stream_without_a_first_token_only_waited() -> None:
    waited, wrote, _ = request_words.timeline(replace(CALL, latency_in_ms=None))
    assert (waited, wrote) == ("100.00%", "0.00%")


def test_a_call_without_times_has_no_timeline() -> None:
    assert request_words.timeline(replace(CALL, streaming_duration_in_ms=None))[2] == []


def test_only_tokens_that_were_counted_are_listed() -> None:
    assert [fact.name for fact in request_words.tokens(CALL)] == ["Input", "of it cached", "Output"]


def test_an_address_says_its_filters() -> None:
    assert request_filters.link([("q", "a&b"), ("status", "ERROR")]) == "/requests?q=a%26b&status=ERROR"
    assert request_filters.link([]) == "/requests"
