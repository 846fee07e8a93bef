"""How a conversation is answered: as whom, how boldly, how long, at once or as it comes."""

import pytest

from fluxgate_app.chat import manners, personas
from fluxgate_app.chat.manners import Manner
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.models import MessageStatus

from .conftest import Asked, Chat, read


def behave(chat: Chat, manner: Manner) -> None:
    with chat.database.writing() as session:
        manners.set_manner(session, chat.owner.account or "", chat.id, manner)


async def test_the_provider_is_asked_in_this_manner(chat: Chat, asked: Asked):
    with chat.database.writing() as session:
        personas.make(session, chat.owner.account or "", "pirate", "Say arr")
    behave(chat, Manner("pirate", 0.5, 300))
    await read(await chat.ask(model="openai/demo-fast"))
    body = asked().body
    assert body["messages"][0] == {"role": "system", "content": "Say arr"}
    assert (body["temperature"], body["stream"]) == (0.5, True)
    assert 300 in (body.get("max_tokens"), body.get("max_completion_tokens"))


async def test_what_is_asked_for_at_once_comes_in_one_piece(chat: Chat, asked: Asked, calls):
    behave(chat, Manner(is_streamed=False))
    generation = await chat.ask(model="openai/demo-fast")
    pieces = [piece.text async for piece in generation.follow(gather_seconds=0)]
    assert pieces == [generation.text]
    assert not asked().body.get("stream")
    assert not calls.started_calls[-1].is_streamed
    answer = chat.messages[1]
    assert (answer.status, answer.content) == (MessageStatus.DONE, generation.text)
    assert generation.tracking and answer.tracking_id == generation.tracking.tracking_id


async def test_a_persona_that_is_gone_is_nobody(chat: Chat, asked: Asked):
    behave(chat, Manner("nobody"))
    await read(await chat.ask(model="openai/demo-fast"))
    assert asked().body["messages"][0]["content"] == personas.DEFAULT_SYSTEM
    assert chat.view.persona == "nobody"


@pytest.mark.parametrize(
    "manner", [Manner("x" * 101), Manner("a\0b"), Manner(None, -0.1), Manner(None, 2.1), Manner(None, None, 0)]
)
def test_it_refuses_what_no_provider_would_take(chat: Chat, manner: Manner):
    with pytest.raises(Invalid):
        behave(chat, manner)
    with chat.database.reading() as session:
        assert manners.get(session, chat.owner.account or "", chat.id) == Manner()


def test_a_stranger_can_neither_see_nor_change_it(chat: Chat, charlie):
    account = charlie.account
    with chat.database.writing() as session:
        for change in (
            lambda: manners.get(session, account, chat.id),
            lambda: manners.set_manner(session, account, chat.id, Manner("x")),
        ):
            with pytest.raises(NotFound):
                change()
