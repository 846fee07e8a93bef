"""The last question of a kept prompt, whichever vendor's form that has."""

import json
from typing import Any

import pytest

from fluxgate_app.states.request_question import last_question

WORDS = "And a tree?"


@pytest.mark.parametrize(
    "prompt",
    [
        {"messages": [{"role": "user", "content": "A graph?"}, {"role": "user", "content": WORDS}]},
        {"messages": [{"role": "user", "content": WORDS}, {"role": "assistant", "content": "A tree is"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": WORDS}, {"type": "image_url"}]}]},
        {"system": "Be brief", "messages": [{"role": "user", "content": [{"type": "text", "text": WORDS}]}]},
        {"contents": [{"role": "user", "parts": [{"text": WORDS}]}, {"role": "model", "parts": [{"text": "It"}]}]},
        {"contents": WORDS},
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": WORDS}]}]},
        {"input": WORDS, "instructions": "Be brief"},
        {"prompt": WORDS},
        [{"role": "user", "content": WORDS}],
    ],
)
def test_it_is_found_in_each_form(prompt: Any):
    assert last_question(json.dumps(prompt)) == WORDS


def test_a_text_is_the_question_itself():
    assert last_question(WORDS) == WORDS


@pytest.mark.parametrize(
    "prompt", [None, "", "{}", '{"messages": []}', '{"messages": [{"role": "user", "content": 5}]}']
)
def test_without_words_there_is_none(prompt: str | None):
    assert last_question(prompt) == ""
