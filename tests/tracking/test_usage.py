"""Vendors' counts as ours: totals include their parts, whatever the vendor's convention (spec section 2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxgate_app.tracking import Usage
from fluxgate_app.tracking.terms import terms_of
from fluxgate_app.tracking.usage.anthropic import merged, message_facts, message_usage
from fluxgate_app.tracking.usage.estimate import texts
from fluxgate_app.tracking.usage.gemini import embed_usage, generate_facts, generate_usage
from fluxgate_app.tracking.usage.openai import chat_usage, embedding_usage, response_usage
from fluxgate_app.tracking.usage.totals import disputed


def test_openai_includes_its_details():
    raw = {
        "prompt_tokens": 2000,
        "completion_tokens": 300,
        "total_tokens": 2300,
        "prompt_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 128, "audio_tokens": 10},
        "completion_tokens_details": {"reasoning_tokens": 192, "audio_tokens": 5},
    }
    assert chat_usage(raw) == Usage(
        2000, 300, cached_tokens=1024, cache_write_tokens=128, reasoning_tokens=192, audio_tokens=15
    )


def test_openais_responses_count_the_same_under_other_names():
    raw = {
        "input_tokens": 2000,
        "input_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 128},
        "output_tokens": 300,
        "output_tokens_details": {"reasoning_tokens": 192},
        "total_tokens": 2300,
    }
    assert response_usage(raw) == Usage(2000, 300, cached_tokens=1024, cache_write_tokens=128, reasoning_tokens=192)


def test_a_compatible_server_that_leaves_reasoning_out_is_corrected_by_its_total():
    raw = {
        "prompt_tokens": 32,
        "completion_tokens": 9,
        "total_tokens": 241,
        "completion_tokens_details": {"reasoning_tokens": 200},
    }
    assert chat_usage(raw) == Usage(32, 209, reasoning_tokens=200)


def test_a_compatible_server_that_counts_little():
    assert chat_usage({"prompt_tokens": 5, "completion_tokens": 2}) == Usage(5, 2)
    assert chat_usage({"prompt_tokens_details": None}) == Usage()


def test_anthropic_leaves_its_cache_out_of_the_input():
    raw = {
        "input_tokens": 100,
        "cache_read_input_tokens": 200,
        "cache_creation_input_tokens": 700,
        "cache_creation": {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 300},
        "output_tokens": 100,
    }
    assert message_usage(raw) == Usage(1000, 100, cached_tokens=200, cache_write_tokens=700, cache_write_1h_tokens=300)


def test_anthropics_deltas_are_laid_over_the_start_and_never_added():
    start = {
        "input_tokens": 100,
        "cache_creation_input_tokens": 700,
        "cache_creation": {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 300},
        "output_tokens": 1,
    }
    after = merged(merged(start, {"output_tokens": 40}), {"output_tokens": 100, "input_tokens": None})
    assert after == {**start, "output_tokens": 100}


def test_a_server_whose_deltas_say_zero_does_not_undo_the_start():
    assert merged({"input_tokens": 100}, {"input_tokens": 0, "output_tokens": 9})["input_tokens"] == 100


def test_gemini_leaves_thoughts_and_tools_out():
    raw = {
        "promptTokenCount": 500,
        "toolUsePromptTokenCount": 50,
        "cachedContentTokenCount": 100,
        "candidatesTokenCount": 60,
        "thoughtsTokenCount": 40,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 470}, {"modality": "AUDIO", "tokenCount": 30}],
    }
    assert generate_usage(raw) == Usage(550, 100, cached_tokens=100, reasoning_tokens=40, audio_tokens=30)


def test_gemini_may_leave_anything_out():
    assert generate_usage({"promptTokenCount": 5}) == Usage(5)
    assert generate_usage({}) == Usage()


counts = st.one_of(st.none(), st.integers(-5, 10**6), st.sampled_from(["12", 1.5, True, [], {}]))


def objects(*names):
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, counts))


@pytest.mark.parametrize(
    ("read", "names"),
    [
        (chat_usage, ["prompt_tokens", "completion_tokens", "total_tokens"]),
        (response_usage, ["input_tokens", "output_tokens", "total_tokens"]),
        (message_usage, ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens"]),
        (generate_usage, ["promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "cachedContentTokenCount"]),
    ],
)
@given(data=st.data())
def test_totals_include_their_parts_whatever_comes(read, names, data):
    raw = data.draw(objects(*names))
    raw["prompt_tokens_details"] = data.draw(objects("cached_tokens", "cache_write_tokens"))
    raw["completion_tokens_details"] = data.draw(objects("reasoning_tokens"))
    raw["input_tokens_details"] = data.draw(objects("cached_tokens", "cache_write_tokens"))
    raw["output_tokens_details"] = data.draw(objects("reasoning_tokens"))
    raw["cache_creation"] = data.draw(objects("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"))
    usage = read(raw)
    if usage.input_tokens is not None:
        assert usage.input_tokens >= (usage.cached_tokens or 0) + (usage.cache_write_tokens or 0)
    if usage.output_tokens is not None:
        assert usage.output_tokens >= (usage.reasoning_tokens or 0)
    assert (usage.cache_write_tokens or 0) >= (usage.cache_write_1h_tokens or 0)


# Names that some reader of a usage looks for.
NAMES = """
promptTokensDetails candidatesTokensDetails cacheTokensDetails modality tokenCount promptTokenCount statistics cost
prompt_tokens_details audio_tokens is_byok cost_details upstream_inference_cost total_cost speed serviceTier webSearches
cache_creation server_tool_use web_search_requests prompt_tokens total_tokens
"""
names = st.sampled_from(NAMES.split())
leaves = st.one_of(counts, st.floats(), st.text(max_size=3), st.sampled_from(["AUDIO", "fast", "9e999999"]))
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4))


@given(raw=st.dictionaries(names, anything, max_size=8), told=st.dictionaries(names, anything, max_size=4))
def test_no_usage_of_any_form_breaks_those_who_read_it(raw, told):
    for read in (chat_usage, response_usage, embedding_usage, message_usage, generate_usage, embed_usage, disputed):
        read(raw)
    message_facts(raw)
    generate_facts(raw, "gemini", ())
    terms_of(merged(raw, told), told)


def test_the_texts_of_a_request_are_found_at_any_depth():
    from google.genai.types import Content, Part

    messages = [
        {"role": "user", "content": [{"type": "text", "text": "What is this?"}]},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "a cat"},
    ]
    assert list(texts({"messages": messages})) == ["What is this?", "a cat"]
    assert list(texts([Content(role="user", parts=[Part(text="And this?")])])) == ["And this?"]
