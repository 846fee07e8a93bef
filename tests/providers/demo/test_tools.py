"""The model that calls tools, in OpenAI's own two forms."""

import json

from fluxgate_app.providers.demo.calling import invented

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
FUNCTION = {"name": "weather", "description": "The weather of a city", "parameters": SCHEMA}


def test_a_response_calls_a_tool_and_tells_what_it_gave(openai_client):
    tools = [{"type": "function", **FUNCTION}]
    question = [{"role": "user", "content": "Oslo"}]
    with openai_client.responses.stream(model="demo-tools", input=question, tools=tools) as stream:
        streamed = [item for item in stream.until_done().get_final_response().output if item.type == "function_call"]
    response = openai_client.responses.create(model="demo-tools", input=question, tools=tools)
    (called,) = [item for item in response.output if item.type == "function_call"]
    assert (called.name, json.loads(called.arguments)) == ("weather", {"city": "Oslo"})
    assert [(item.name, item.arguments) for item in streamed] == [(called.name, called.arguments)]
    given = {"type": "function_call_output", "call_id": called.call_id, "output": "rain"}
    told = openai_client.responses.create(model="demo-tools", input=[*question, called, given], tools=tools)
    assert told.output_text == "The tools say: rain"


def test_a_completion_without_tools_is_an_ordinary_answer(openai_client):
    answer = openai_client.chat.completions.create(model="demo-tools", messages=[{"role": "user", "content": "Oslo"}])
    assert answer.choices[0].finish_reason == "stop"
    assert answer.choices[0].message.content


def test_arguments_are_invented_for_every_kind_of_schema():
    kinds = {
        "text": {"type": "string"},
        "unit": {"enum": ["C", "F"]},
        "days": {"type": "integer"},
        "exact": {"type": "boolean"},
        "where": {"type": "object", "properties": {"city": {"type": "string"}}},
        "list": {"type": "array", "items": {"type": "number"}},
        "any": True,
    }
    made = {"text": "x", "unit": "C", "days": 7, "exact": True, "where": {"city": "x"}, "list": [7], "any": "x"}
    assert invented({"type": "object", "properties": kinds}, "x") == made
    assert invented(None, "x") == {}
