"""Ids of Gemini's tool calls."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxgate_app.chat.dialects import gemini_ids


@given(
    st.none() | st.from_regex(r"[\w.-]{1,20}", fullmatch=True).filter(str.isascii), st.none() | st.binary(min_size=1)
)
def test_an_id_carries_what_gemini_gave(own, signature):
    made = gemini_ids.make(own, signature)
    assert gemini_ids.read(made) == (own, signature)


def test_an_id_is_one_that_anthropic_allows():
    assert re.fullmatch("[a-zA-Z0-9_-]+", gemini_ids.make(None, b"\xff\xfe signature"))
    assert gemini_ids.make(None, None) != gemini_ids.make(None, None)


@pytest.mark.parametrize(
    "id", ["", "call_AbC", "toolu_1", "call_0123456789ab__thought_%%%", "gemini_", "call_1__thought_"]
)
def test_another_vendor_s_id_carries_nothing(id):
    assert gemini_ids.read(id) == (None, None)
