"""The SDKs' `parse` makes a program's own type of an answer; where it cannot, the answer is billed all the same."""

import json

import pytest
from pydantic import BaseModel

from fluxgate_app.tracking import CostSource, Status


class Heat(BaseModel):
    degrees: int


@pytest.fixture(params=["openai", "responses", "anthropic", "beta"])
def vendor(request):
    return request.param


async def parse(caller, client=None):
    client = client or caller.tracked
    messages = [{"role": "user", "content": "How hot is boiling water?"}]
    if caller.vendor == "responses":
        answer = client.responses.parse(model="gpt-4o", input=messages, text_format=Heat)
    elif caller.vendor == "openai":
        answer = client.chat.completions.parse(model="gpt-4o", messages=messages, response_format=Heat)
    else:
        owner = client.beta if caller.is_beta else client
        answer = owner.messages.parse(model="claude-sonnet-4-6", max_tokens=9, messages=messages, output_format=Heat)
    return await answer if caller.is_async else answer


def replying(caller, text, **fields):
    """The recorded answer with another text."""
    answer = json.loads(caller.reply("answer.json")) | fields
    if caller.vendor == "openai":
        answer["choices"][0]["message"]["content"] = text
    elif caller.vendor == "responses":
        answer["output"][-1]["content"][0]["text"] = text
    else:
        answer["content"][0]["text"] = text
    return json.dumps(answer).encode()


def parsed(answer):
    if hasattr(answer, "choices"):
        return answer.choices[0].message.parsed
    return answer.output_parsed if hasattr(answer, "output_parsed") else answer.parsed_output


async def test_it_is_parsed_and_recorded_once(caller):
    caller.sink.keeps_content = True
    caller.wire.says(replying(caller, '{"degrees": 100}'))
    bare, answer = await parse(caller, caller.bare), await parse(caller)
    assert parsed(answer) == parsed(bare) == Heat(degrees=100)
    assert type(answer) is type(bare)
    start, end = caller.sink.starts[0], caller.sink.end
    assert (start.model, start.is_streamed) == (
        "claude-sonnet-4-6" if caller.vendor == "anthropic" else "gpt-4o",
        False,
    )
    assert start.kind == ("response" if caller.vendor == "responses" else "chat")
    assert (end.status, end.usage.input_tokens, end.usage.output_tokens) == (Status.SUCCESS, 1000, 100)
    assert (end.answer, "How hot" in end.prompt) == ('{"degrees": 100}', True)
    assert answer.fluxgate_cost_tracking_response.cost == end.cost


async def test_an_answer_that_cannot_be_parsed_is_billed_and_the_sdks_own_error_raised(caller):
    caller.wire.says(replying(caller, '{"degrees": "hot"}'))
    raised = []
    for client in (caller.bare, caller.tracked):
        with pytest.raises(Exception) as caught:
            await parse(caller, client)
        raised.append((type(caught.value), str(caught.value)))
    assert raised[0] == raised[1]
    end = caller.sink.end
    assert (end.status, end.error_type, end.error_message) == (Status.ERROR, "validation_error", None)
    assert (end.usage.input_tokens, end.usage.output_tokens) == (1000, 100)
    assert (end.cost > 0, end.cost_source) == (True, CostSource.COMPUTED)


@pytest.mark.parametrize("vendor", ["openai"])
@pytest.mark.parametrize(("reason", "status"), [("length", "MAX_TOKENS"), ("content_filter", "CONTENT_FILTER")])
async def test_an_answer_that_was_cut_says_why(caller, reason, status):
    answer = json.loads(caller.reply("answer.json"))
    answer["choices"][0]["finish_reason"] = reason
    caller.wire.says(json.dumps(answer).encode())
    with pytest.raises(Exception, match="Could not parse response content"):
        await parse(caller)
    end = caller.sink.end
    assert (end.status, end.finish_reason, end.error_type) == (status, reason, None)
    assert (end.usage.output_tokens, end.cost_source) == (100, CostSource.COMPUTED)


async def test_a_refusal_to_answer_is_recorded_and_raised(caller):
    caller.wire.says(caller.reply("rate_limited.json"), status=429)
    with pytest.raises(Exception, match="429"):
        await parse(caller)
    assert (caller.sink.end.status, caller.sink.end.cost) == (Status.RATE_LIMITED, 0)
