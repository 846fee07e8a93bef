"""`with_raw_response` of OpenAI and Anthropic: the headers as from the bare client, and the call recorded."""

import gc

import pytest

from fluxgate_app.tracking import Status

MESSAGES = [{"role": "user", "content": "How hot is boiling water?"}]


@pytest.fixture(params=["openai", "responses", "anthropic", "beta"])
def vendor(request):
    return request.param


async def ask(caller, client=None, stream=False):
    client = client or caller.tracked
    if caller.vendor == "responses":
        answer = client.responses.with_raw_response.create(model="gpt-4o", input="How hot?", stream=stream)
    elif caller.vendor == "openai":
        create = client.chat.completions.with_raw_response.create
        answer = create(model="gpt-4o", messages=MESSAGES, stream=stream)
    else:
        create = (client.beta if caller.is_beta else client).messages.with_raw_response.create
        answer = create(model="claude-sonnet-4-6", max_tokens=200, messages=MESSAGES, stream=stream)
    return await answer if caller.is_async else answer


async def parsed(caller, raw):
    """What it is parsed to: Anthropic's async client wants that awaited."""
    body = raw.parse()
    return await body if caller.is_async and caller.vendor == "anthropic" else body


async def test_a_whole_answer_is_recorded_and_its_headers_are_there(caller):
    caller.wire.says(caller.reply("answer.json"), x_limit="7")
    bare, raw = await ask(caller, caller.bare), await ask(caller)
    assert isinstance(raw, type(bare))
    assert raw.headers["x_limit"] == "7"
    assert await parsed(caller, raw) == await parsed(caller, bare)
    end = caller.sink.end
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.SUCCESS, 1000, 100)
    for answer in (raw, await parsed(caller, raw)):
        assert answer.fluxgate_cost_tracking_response.cost == end.cost


async def test_a_stream_is_recorded_when_it_is_parsed_and_read(caller):
    caller.wire.says(caller.reply("stream.sse"), x_limit="7")
    raw = await ask(caller, stream=True)
    assert raw.headers["x_limit"] == "7"
    assert raw.fluxgate_cost_tracking_response is None
    stream = await parsed(caller, raw)
    assert await parsed(caller, raw) is stream
    await caller.drain(stream)
    end = caller.sink.end
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.SUCCESS, 1000, 100)
    assert raw.fluxgate_cost_tracking_response.tracking_id == end.tracking_id


async def test_a_stream_outlives_its_raw_response(caller):
    caller.wire.says(caller.reply("stream.sse"))
    stream = await parsed(caller, await ask(caller, stream=True))
    gc.collect()
    assert caller.sink.ends == []
    await caller.close(stream)
    assert caller.sink.end.status is Status.CANCELLED


async def test_a_stream_that_is_never_parsed_was_cancelled(caller):
    caller.wire.says(caller.reply("stream.sse"))
    raw = await ask(caller, stream=True)
    del raw
    gc.collect()
    await caller.recorded()
    assert caller.sink.end.status is Status.CANCELLED


async def test_it_is_refused_as_the_bare_client(caller):
    caller.wire.says(caller.reply("rate_limited.json"), status=429)
    raised = []
    for client in (caller.bare, caller.tracked):
        with pytest.raises(Exception) as caught:
            await ask(caller, client)
        raised.append((type(caught.value), str(caught.value)))
    assert raised[0] == raised[1]
    assert caller.sink.end.status is Status.RATE_LIMITED


async def test_it_carries_its_context_also_from_the_client_itself(caller):
    caller.wire.says(caller.reply("answer.json"))
    if caller.vendor != "openai":
        await ask(caller, caller.tracked.with_context(feature="a"))
    else:
        create = caller.tracked.with_context(feature="a").with_raw_response.chat.completions.create
        answer = create(model="gpt-4o", messages=MESSAGES)
        if caller.is_async:
            await answer
    assert caller.sink.starts[0].context.feature == "a"
    assert caller.sink.end.status is Status.SUCCESS
