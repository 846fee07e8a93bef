"""How much of a long conversation is sent."""

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.prompt import newest_turns

QUESTION, ANSWER = ChatMessage("user", "x" * 30), ChatMessage("assistant", "y" * 30)


def test_everything_is_sent_where_it_fits():
    turns = [QUESTION, ANSWER, QUESTION]
    assert newest_turns(turns, tokens=30) == turns


def test_the_oldest_turns_give_way_and_a_question_comes_first():
    turns = [QUESTION, ANSWER, QUESTION, ANSWER, QUESTION]
    assert newest_turns(turns, tokens=49) == [QUESTION, ANSWER, QUESTION]
    assert newest_turns(turns, tokens=30) == [QUESTION, ANSWER, QUESTION]


def test_the_last_question_is_sent_however_long_it_is():
    assert newest_turns([QUESTION, ANSWER, QUESTION], tokens=1) == [QUESTION]
    assert newest_turns([], tokens=1) == []


def test_letters_beyond_ascii_need_more_room():
    chinese = ChatMessage("user", "什" * 30)
    assert newest_turns([chinese, ANSWER, QUESTION], tokens=49) == [QUESTION]
