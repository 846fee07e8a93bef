"""Gemini's chats: each request that a message leads to is one event, also where the SDK calls functions in between."""

import gc
import json
from decimal import Decimal

import pytest

from fluxgate_app.tracking import Status, Usage

QUESTION = "How hot is boiling water?"
CALL = {"name": "boiling_point", "args": {"of": "water"}}


@pytest.fixture(params=["async", "sync"])
def caller(request, make):
    return make("gemini", request.param == "async")


def chat_of(caller, client=None, **config):
    client = client or caller.tracked
    chats = client.aio.chats if caller.is_async else client.chats
    return chats.create(model="gemini-2.5-flash", config=config or None)


async def send(caller, chat, stream=False):
    answer = chat.send_message_stream(QUESTION) if stream else chat.send_message(QUESTION)
    return await answer if caller.is_async else answer


def calling(caller):
    """The recorded answer, which wants a function called instead of saying anything."""
    answer = json.loads(caller.reply("answer.json"))
    answer["candidates"][0]["content"]["parts"] = [{"functionCall": CALL}]
    return json.dumps(answer).encode()


def boiling_point(of: str) -> str:
    """How hot it gets."""
    return f"{of} boils at 100 °C"


@pytest.fixture
def in_turn(caller):
    """Let the server give these answers, one a request."""

    def in_turn(*answers):
        left = iter(answers)
        caller.wire.on_request = lambda: caller.wire.says(*next(left))

    return in_turn


async def test_a_message_is_answered_and_recorded(caller):
    caller.wire.says(caller.reply("answer.json"))
    chat = chat_of(caller)
    answer = await send(caller, chat)
    start, end = caller.sink.starts[0], caller.sink.end
    assert answer.text == "Water boils at 100 °C."
    assert (start.model, start.kind, start.is_streamed) == ("gemini-2.5-flash", "chat", False)
    assert (end.status, end.usage, end.cost) == (
        Status.SUCCESS,
        Usage(1000, 100, reasoning_tokens=40),
        Decimal("0.00055"),
    )
    assert answer.fluxgate_cost_tracking_response.tracking_id == end.tracking_id
    assert [content.role for content in chat.get_history()] == ["user", "model"]


async def test_a_stream_is_given_as_by_the_bare_client_and_recorded(caller):
    caller.wire.says(*caller.events("stream.sse"))
    bare = await caller.drain(await send(caller, chat_of(caller, caller.bare), stream=True))
    chat = chat_of(caller)
    stream = await send(caller, chat, stream=True)
    assert (stream.fluxgate_cost_tracking_response, stream.fluxgate_tracking_id) == (None, None)
    assert await caller.drain(stream) == bare
    end = caller.sink.end
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.SUCCESS, 1000, 100)
    assert 0 < end.latency_in_ms <= end.streaming_duration_in_ms
    assert stream.fluxgate_cost_tracking_response.tracking_id == end.tracking_id == stream.fluxgate_tracking_id
    assert "100 °C" in str(chat.get_history()[-1])


async def test_it_carries_the_context_and_the_history_of_its_client(caller):
    caller.wire.says(caller.reply("answer.json"))
    chat = chat_of(caller, caller.tracked.with_context(feature="talk"))
    await send(caller, chat)
    caller.wire.says(caller.reply("answer.json"))
    await send(caller, chat)
    assert [start.context.feature for start in caller.sink.starts] == ["talk", "talk"]
    assert len(json.loads(caller.wire.requests[-1].content)["contents"]) == 3


async def test_it_is_an_instance_of_the_vendors_class(caller):
    assert isinstance(chat_of(caller), type(chat_of(caller, caller.bare)))


async def test_each_request_of_automatic_function_calling_is_an_event(caller, in_turn):
    in_turn([calling(caller)], [caller.reply("answer.json")])
    answer = await send(caller, chat_of(caller, tools=[boiling_point]))
    assert answer.text == "Water boils at 100 °C."
    assert len(caller.wire.requests) == len(caller.sink.starts) == len(caller.sink.ends) == 2
    assert [end.usage.total_tokens for end in caller.sink.ends] == [1100, 1100]
    assert answer.fluxgate_cost_tracking_response.tracking_id == caller.sink.ends[-1].tracking_id


async def test_each_streamed_request_of_automatic_function_calling_is_an_event(caller, in_turn):
    in_turn([b"data: " + json.dumps(json.loads(calling(caller))).encode() + b"\n\n"], caller.events("stream.sse"))
    stream = await send(caller, chat_of(caller, tools=[boiling_point]), stream=True)
    chunks = await caller.drain(stream)
    assert "".join(chunk.text or "" for chunk in chunks[1:]) == "Water boils at 100 °C."
    assert len(caller.wire.requests) == len(caller.sink.starts) == len(caller.sink.ends) == 2
    assert [end.status for end in caller.sink.ends] == [Status.SUCCESS, Status.SUCCESS]
    assert stream.fluxgate_tracking_id == caller.sink.ends[-1].tracking_id


async def test_closed_in_the_middle(caller):
    caller.wire.says(*caller.events("stream.sse"))
    stream = await send(caller, chat_of(caller), stream=True)
    await caller.take(stream, 2)
    await caller.close(stream)
    end = caller.sink.end
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.CANCELLED, 1000, 80)
    assert stream.fluxgate_cost_tracking_response.status is Status.CANCELLED
    assert await caller.wire.hung_up()


async def test_dropped_and_collected(caller):
    caller.wire.says(*caller.events("stream.sse"))
    stream = await send(caller, chat_of(caller), stream=True)
    await caller.take(stream, 2)
    del stream
    gc.collect()
    await caller.recorded()
    assert caller.sink.end.status is Status.CANCELLED


async def test_closed_before_it_is_read_nothing_was_asked(caller):
    await caller.close(await send(caller, chat_of(caller), stream=True))
    assert caller.sink.starts == caller.wire.requests == []


@pytest.mark.parametrize("stream", [True, False])
async def test_a_refusal_is_recorded_and_raised(caller, stream):
    caller.wire.says(caller.reply("rate_limited.json"), status=429)
    raised = []
    for client in (caller.bare, caller.tracked):
        with pytest.raises(Exception, match="429") as caught:
            answer = await send(caller, chat_of(caller, client), stream=stream)
            await caller.drain(answer)
        raised.append((type(caught.value), str(caught.value)))
    assert raised[0] == raised[1]
    assert (caller.sink.end.status, caller.sink.end.cost) == (Status.RATE_LIMITED, 0)


async def generate(caller, client, stream=False):
    models = client.aio.models if caller.is_async else client.models
    ask = models.generate_content_stream if stream else models.generate_content
    answer = ask(model="gemini-2.5-flash", contents=QUESTION, config={"tools": [boiling_point]})
    return await answer if caller.is_async else answer


async def test_without_a_chat_too_each_request_is_an_event(caller, in_turn):
    in_turn([calling(caller)], [caller.reply("answer.json")])
    answer = await generate(caller, caller.tracked)
    assert answer.text == "Water boils at 100 °C."
    assert len(caller.wire.requests) == len(caller.sink.starts) == len(caller.sink.ends) == 2
    assert answer.fluxgate_cost_tracking_response.tracking_id == caller.sink.ends[-1].tracking_id


async def test_without_a_chat_too_each_streamed_request_is_an_event(caller, in_turn):
    first = b"data: " + json.dumps(json.loads(calling(caller))).encode() + b"\n\n"
    in_turn([first], caller.events("stream.sse"))
    stream = await generate(caller, caller.tracked, stream=True)
    chunks = await caller.drain(stream)
    assert "".join(chunk.text or "" for chunk in chunks[1:]) == "Water boils at 100 °C."
    assert len(caller.wire.requests) == len(caller.sink.starts) == len(caller.sink.ends) == 2
    assert [end.usage.total_tokens for end in caller.sink.ends] == [1100, 1100]
    assert stream.fluxgate_tracking_id == caller.sink.ends[-1].tracking_id


async def test_without_a_chat_too_it_is_closed_in_the_middle(caller):
    caller.wire.says(*caller.events("stream.sse"))
    stream = await generate(caller, caller.tracked, stream=True)
    await caller.take(stream, 2)
    await caller.close(stream)
    assert (caller.sink.end.status, caller.sink.end.usage.output_tokens) == (Status.CANCELLED, 80)
    assert await caller.wire.hung_up()
