"""Reading what people and programs send."""

from typing import Any

import pytest

from fluxgate_app.chat.messages import ChatMessage, check_question, read_messages
from fluxgate_app.errors import Invalid

LIMIT = 4000


def test_a_single_message_is_a_question():
    assert read_messages({"message": "What is TCP?"}, LIMIT) == [ChatMessage("user", "What is TCP?")]


def test_a_history_keeps_its_order_and_roles():
    body = {
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": ""},
            {"role": "user", "content": "Again?", "id": "an extra field"},
        ]
    }
    assert read_messages(body, LIMIT) == [
        ChatMessage("system", "Be brief."),
        ChatMessage("user", "Hi"),
        ChatMessage("assistant", ""),
        ChatMessage("user", "Again?"),
    ]


def test_a_thousand_messages_are_fine():
    assert len(read_messages({"messages": [{"role": "user", "content": "Hi"}] * 1000}, LIMIT)) == 1000


def test_white_space_around_a_question_is_kept():
    assert check_question("  def f():\n", LIMIT) == "  def f():\n"


def test_the_limit_itself_is_fine_and_counts_code_points():
    assert check_question("😀" * LIMIT, LIMIT) == "😀" * LIMIT


@pytest.mark.parametrize("length", [LIMIT + 1, 1_000_000])
def test_it_refuses_a_question_over_the_limit(length: int):
    with pytest.raises(Invalid, match=r"^Message too long$"):
        check_question("x" * length, LIMIT)


def test_only_questions_are_limited():
    long = "x" * (LIMIT + 1)
    messages = [
        {"role": "system", "content": long},
        {"role": "assistant", "content": long},
        {"role": "user", "content": "?"},
    ]
    assert len(read_messages({"messages": messages}, LIMIT)) == 3
    with pytest.raises(Invalid, match="Message too long"):
        read_messages({"messages": [{"role": "user", "content": long}, {"role": "user", "content": "?"}]}, LIMIT)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "hello",
        {},
        {"message": None},
        {"message": ""},
        {"message": " \n\t"},
        {"message": 7},
        {"message": ["hello"]},
        {"message": "a\0b"},
        {"message": "half of one \ud83d"},
        {"messages": None},
        {"messages": []},
        {"messages": "hello"},
        {"messages": {"role": "user", "content": "hello"}},
        {"messages": ["hello"]},
        {"messages": [{"role": "user"}]},
        {"messages": [{"content": "hello"}]},
        {"messages": [{"role": "user", "content": ""}]},
        {"messages": [{"role": "user", "content": None}]},
        {"messages": [{"role": "robot", "content": "hello"}]},
        {"messages": [{"role": ["user"], "content": "hello"}]},
        {"messages": [{"role": "assistant", "content": "hello"}]},
        {"messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": 7}]},
        {"messages": [], "message": "hello"},
    ],
)
def test_it_refuses_what_is_no_message(body: Any):
    with pytest.raises(Invalid, match=r"^Invalid message$") as refused:
        read_messages(body, LIMIT)
    assert refused.value.status == 400
