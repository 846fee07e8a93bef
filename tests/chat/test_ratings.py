"""Whether an answer was good, said by whoever asked."""

import pytest

from fluxgate_app.chat.ratings import rate
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.events import feedback

from .conftest import Chat, read


@pytest.fixture
async def answer(chat: Chat):
    await read(await chat.ask(model="demo-fast"))
    return chat.messages[1]


def said(chat: Chat, tracking_id: str) -> tuple[bool, str] | None:
    with chat.database.reading() as session:
        found = feedback.of_calls(session, [tracking_id]).get(tracking_id)
    return (found.is_good, found.reason) if found else None


async def test_it_is_said_changed_and_taken_back(chat: Chat, answer):
    account = chat.owner.account or ""
    for is_good, reason, kept in ((True, "", (True, "")), (False, " Wrong ", (False, "Wrong")), (None, "", None)):
        with chat.database.writing() as session:
            rate(session, account, answer.id, is_good, reason)
        assert said(chat, answer.tracking_id) == kept


async def test_a_question_and_a_long_reason_are_refused(chat: Chat, answer):
    account = chat.owner.account or ""
    with chat.database.writing() as session:
        with pytest.raises(Invalid, match="Only an answer"):
            rate(session, account, chat.messages[0].id, True)
        for reason in ("x" * 1001, "a\0b"):
            with pytest.raises(Invalid, match="1000"):
                rate(session, account, answer.id, True, reason)
    assert said(chat, answer.tracking_id) is None


async def test_a_stranger_rates_nothing(chat: Chat, answer, charlie):
    with chat.database.writing() as session, pytest.raises(NotFound):
        rate(session, charlie.account, answer.id, True)
    assert said(chat, answer.tracking_id) is None
