"""What the demo provider says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxgate_app.providers.demo.answers import compose, compose_long, split, topic


def test_the_same_question_has_the_same_answer():
    assert compose("What is Redis?") == compose("What is Redis?")
    assert compose("What is Redis?") != compose("What is Kafka?")


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("How do I reset my password?", "reset my password"),
        ("Please explain the event loop.", "event loop"),
        ("What?", "What"),
        ("", ""),
        ("Wie geht's?", "Wie geht's"),
        ("Why is **this** | `bold`?", "this bold"),
    ],
)
def test_it_finds_what_a_question_is_about(question, about):
    assert topic(question) == about


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("Hi", "Hello!"),
        ("Write a function that counts words", "```python"),
        ("Compare Redis and Kafka", "| --- |"),
        ("How do queues work?", "1. **"),
    ],
)
def test_its_answer_has_the_shape_that_the_question_asks_for(question, shape):
    assert shape in compose(question)


@pytest.mark.parametrize(
    ("ticket", "priority"),
    [("Subject: I was charged twice", "high"), ("Subject: A typo", "low"), ("Subject: My invoice", "medium")],
)
def test_it_triages_a_ticket(ticket, priority):
    answer = compose(f"Triage this support ticket and suggest a priority.\n\n{ticket}")
    assert answer.startswith(f"**Priority:** {priority}\n\n**Reply draft:** ")


@given(st.text(max_size=200))
def test_tokens_joined_are_the_text_again(text):
    assert "".join(split(text)) == text
    assert compose(text)


@given(st.text(max_size=80), st.integers(1, 5000))
def test_a_long_answer_has_its_size_for_any_question(question, size):
    assert len(compose_long(question, size).encode()) == size
