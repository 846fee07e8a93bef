"""A recorded call in words."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from shlex import split

import pytest

from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.queries import EventDetail
from fluxgate_app.states import request_filters, request_lines, request_words
from fluxgate_app.tracking.price_list import version

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
    tokens_estimated=False,
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


def test_why_a_cost_is_an_estimate_is_said() -> None:
    estimated = replace(CALL, cost_source="estimated")
    assert "for how it was served" in request_words.cost(estimated)[1].value
    cut = replace(estimated, tokens_estimated=True)
    assert "before its usage arrived" in request_words.cost(cut)[1].value
    unpriced = replace(cut, cost=None, cost_source="unpriced")
    assert request_words.cost(unpriced)[1].value == "no price is known for this model"


def test_so_are_the_tokens_of_a_cut_call_that_has_no_price() -> None:
    cut = replace(CALL, cost=None, cost_source="unpriced", status="CANCELLED", tokens_estimated=True)
    assert request_lines.line(cut).tokens == "1.2k → ≈96"
    assert [fact.value for fact in request_words.tokens(cut) if "of it" not in fact.name] == ["1,204", "≈96"]
    assert request_lines.line(replace(cut, tokens_estimated=False)).tokens == "1.2k → 96"


def test_a_total_of_the_providers_that_is_not_the_sum_is_shown() -> None:
    assert request_words.tokens(CALL, {"vendorTotalTokens": 1400})[-1].value == "1,400"
    assert all("total" not in fact.name for fact in request_words.tokens(CALL, {}))


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


def test_each_kind_of_token_says_what_it_cost() -> None:
    cost = Decimal("0.00272")  # A million cost $2.50 fresh, $1.25 cached, $10 written.
    priced = replace(CALL, cost=cost, price_version=version())
    said = {fact.name: fact.exact for fact in request_words.tokens(priced)}
    assert said == {"Input": "$0.00176", "of it cached": "$0.00125", "Output": "$0.00096"}


def test_kinds_have_no_prices_that_do_not_add_up_to_the_cost() -> None:
    for call in (CALL, replace(CALL, price_version=version()), replace(CALL, cost=None, price_version=version())):
        assert {fact.note for fact in request_words.tokens(call)} == {""}


def detail(event: EventRow = CALL, prompt: str | None = None) -> EventDetail:
    """All that is known of a call."""
    return EventDetail(event, None, None, prompt, None, None)


def test_a_chat_that_was_kept_can_be_asked_again_in_a_shell() -> None:
    kept = '{"messages": [{"role": "user", "content": "What\'s $HOME?"}]}'
    words = split(request_words.curl(detail(prompt=kept)))
    assert words[1] == "{origin}/v1/chat/completions"
    assert json.loads(words[-1]) == {
        "model": "openai/gpt-4o",
        "messages": [{"role": "user", "content": "What's $HOME?"}],
    }


@pytest.mark.parametrize("prompt", [None, "", "not JSON", "[]", '{"messages": 1}', '{"input": "a"}', "1"])
def test_of_any_other_call_the_record_is_asked_for(prompt: str | None) -> None:
    assert split(request_words.curl(detail(prompt=prompt)))[1] == "{origin}/api/events/evt_1"


def test_a_kept_text_is_shown_as_it_is_and_json_indented() -> None:
    assert request_words.readable("plain {") == "plain {"
    assert request_words.readable('{"a": "ü"}') == '{\n  "a": "ü"\n}'
    assert request_words.readable(None) == ""


def test_owners_are_named_where_that_is_known() -> None:
    said = {fact.name: fact.value for fact in request_words.context(detail(), {"usr_1": "Ada"})}
    assert said["Account"] == "Ada · usr_1"
    assert request_words.context(detail(), {})[-1].value == "usr_1"
