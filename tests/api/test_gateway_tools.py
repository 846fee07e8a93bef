"""Tools, images and JSON formats of a client of one vendor, answered by another."""

import base64
import json

import anthropic
import openai
import pytest

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
}
WEATHER = {"name": "weather", "description": "The weather of a city"}
CLOCK = {"name": "clock", "description": "What the clock says"}
OPENAI_TOOLS = [
    {"type": "function", "function": WEATHER | {"parameters": SCHEMA}},
    {"type": "function", "function": CLOCK},
]
ANTHROPIC_TOOLS = [WEATHER | {"input_schema": SCHEMA}, CLOCK | {"input_schema": {"type": "object", "properties": {}}}]
BOTH = "weather and clock in Oslo"
QUESTION = [{"role": "user", "content": BOTH}]
# What each vendor calls the model that uses tools: those that are foreign to an OpenAI client, and to an Anthropic one.
NOT_OPENAI = ["anthropic/demo-tools", "google/demo-tools"]
NOT_ANTHROPIC = ["demo/demo-tools", "google/demo-tools"]
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n\x00\xff").decode()


@pytest.fixture
def openai_client(alice):
    with openai.OpenAI(base_url=f"{alice.url}/v1", api_key=alice.key, max_retries=0) as client:
        yield client


@pytest.fixture
def anthropic_client(alice):
    with anthropic.Anthropic(base_url=alice.url, api_key=alice.key, max_retries=0) as client:
        yield client


def ask_openai(client, model, messages=QUESTION, **more):
    return client.chat.completions.create(model=model, messages=messages, **{"tools": OPENAI_TOOLS} | more)


def ask_anthropic(client, model, messages=QUESTION, **more):
    given = {"tools": ANTHROPIC_TOOLS, "max_tokens": 999} | more
    return client.messages.create(model=model, messages=messages, **given)


def results_for_openai(message):
    """What a program sends after it has run the tools, as most of them build it: ids, names and arguments alone."""
    calls = [
        {"id": c.id, "type": "function", "function": {"name": c.function.name, "arguments": c.function.arguments}}
        for c in message.tool_calls
    ]
    results = [{"role": "tool", "tool_call_id": call["id"], "content": f"r{i}"} for i, call in enumerate(calls)]
    return [*QUESTION, {"role": "assistant", "content": message.content, "tool_calls": calls}, *results]


def results_for_anthropic(content):
    used = [block for block in content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": b.id, "content": f"r{i}"} for i, b in enumerate(used)]
    return [*QUESTION, {"role": "assistant", "content": content}, {"role": "user", "content": results}]


@pytest.mark.parametrize("model", NOT_OPENAI)
def test_an_openai_client_s_tools_are_called_and_their_results_understood(openai_client, alice, ended_event, model):
    raw = openai_client.chat.completions.with_raw_response.create(model=model, messages=QUESTION, tools=OPENAI_TOOLS)
    choice = raw.parse().choices[0]
    called = [(call.function.name, json.loads(call.function.arguments)) for call in choice.message.tool_calls]
    assert called == [("weather", {"city": BOTH, "days": 7}), ("clock", {})]
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", "Let me look that up.")
    assert ended_event(alice, raw.headers["x-fluxgate-tracking-id"])["status"] == "SUCCESS"
    answer = ask_openai(openai_client, model, results_for_openai(choice.message)).choices[0]
    assert (answer.finish_reason, answer.message.content) == ("stop", "The tools say: r0; r1")


@pytest.mark.parametrize("model", NOT_OPENAI)
def test_calls_stream_to_an_openai_client_and_come_back(openai_client, alice, ended_event, model):
    asked = {"model": model, "messages": QUESTION, "tools": OPENAI_TOOLS}
    with openai_client.chat.completions.stream(**asked) as stream:
        completion = stream.get_final_completion()
    tracking_id = stream._response.headers["x-fluxgate-tracking-id"]
    message = completion.choices[0].message
    called = [(call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls]
    assert called == [("weather", {"city": BOTH, "days": 7}), ("clock", {})]
    assert completion.choices[0].finish_reason == "tool_calls"
    event = ended_event(alice, tracking_id)
    assert (event["status"], event["isStreamed"]) == ("SUCCESS", True)
    assert 0 < event["latencyInMs"] <= event["streamingDurationInMs"]
    chunks = ask_openai(openai_client, model, results_for_openai(message), stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "The tools say: r0; r1"


@pytest.mark.parametrize("model", NOT_ANTHROPIC)
def test_an_anthropic_client_s_tools_are_called_and_their_results_understood(anthropic_client, model):
    message = ask_anthropic(anthropic_client, model)
    called = [(block.name, block.input) for block in message.content if block.type == "tool_use"]
    assert called == [("weather", {"city": BOTH, "days": 7}), ("clock", {})]
    assert (message.stop_reason, message.content[0].text) == ("tool_use", "Let me look that up.")
    answer = ask_anthropic(anthropic_client, model, results_for_anthropic(message.content))
    assert (answer.stop_reason, answer.content[0].text) == ("end_turn", "The tools say: r0; r1")


@pytest.mark.parametrize("model", NOT_ANTHROPIC)
def test_calls_stream_to_an_anthropic_client_and_come_back(anthropic_client, alice, ended_event, model):
    asked = {"model": model, "max_tokens": 999, "tools": ANTHROPIC_TOOLS}
    with anthropic_client.messages.stream(messages=QUESTION, **asked) as stream:
        events = [(event.type, getattr(event, "index", None)) for event in stream]
        message = stream.get_final_message()
    called = [(block.name, block.input) for block in message.content if block.type == "tool_use"]
    assert called == [("weather", {"city": BOTH, "days": 7}), ("clock", {})]
    assert message.stop_reason == "tool_use"
    # Each block ends before the next one begins.
    bounds = [event for event in events if event[0] in ("content_block_start", "content_block_stop")]
    assert bounds == [(f"content_block_{end}", index) for index in range(3) for end in ("start", "stop")]
    event = ended_event(alice, stream.response.headers["x-fluxgate-tracking-id"])
    assert (event["status"], event["latencyInMs"] <= event["streamingDurationInMs"]) == ("SUCCESS", True)
    with anthropic_client.messages.stream(messages=results_for_anthropic(message.content), **asked) as stream:
        assert "".join(stream.text_stream) == "The tools say: r0; r1"


@pytest.mark.parametrize("model", NOT_OPENAI)
@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ("none", None),
        ("required", ["weather", "clock"]),
        ({"type": "function", "function": {"name": "clock"}}, ["clock"]),
    ],
)
def test_an_openai_client_chooses_which_tools_may_be_called(openai_client, model, choice, called):
    message = ask_openai(openai_client, model, tool_choice=choice).choices[0].message
    assert (message.tool_calls and [call.function.name for call in message.tool_calls]) == called


@pytest.mark.parametrize("model", NOT_ANTHROPIC)
@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ({"type": "none"}, []),
        ({"type": "any"}, ["weather", "clock"]),
        ({"type": "tool", "name": "clock"}, ["clock"]),
    ],
)
def test_an_anthropic_client_chooses_which_tools_may_be_called(anthropic_client, model, choice, called):
    message = ask_anthropic(anthropic_client, model, tool_choice=choice)
    assert [block.name for block in message.content if block.type == "tool_use"] == called


def test_one_call_at_a_time_is_all_where_that_can_be_said(openai_client, anthropic_client):
    message = ask_openai(openai_client, "anthropic/demo-tools", parallel_tool_calls=False).choices[0].message
    assert len(message.tool_calls) == 1
    alone = {"type": "auto", "disable_parallel_tool_use": True}
    assert len(ask_anthropic(anthropic_client, "demo/demo-tools", tool_choice=alone).content) == 2
    with pytest.raises(openai.BadRequestError, match="'parallel_tool_calls' cannot be translated"):
        ask_openai(openai_client, "google/demo-tools", parallel_tool_calls=False)


def test_the_signature_of_gemini_s_thought_goes_back_to_it(openai_client, demo):
    message = ask_openai(openai_client, "google/demo-tools").choices[0].message
    ask_openai(openai_client, "google/demo-tools", results_for_openai(message))
    parts = demo.requests[-1].body["contents"][1]["parts"]
    signatures = [part.get("thoughtSignature") for part in parts if "functionCall" in part]
    assert base64.urlsafe_b64decode(signatures[0]).startswith(b"thought of ")
    assert signatures[1] is None


def test_a_conversation_moves_from_one_vendor_to_another(openai_client, anthropic_client, demo):
    message = ask_openai(openai_client, "anthropic/demo-tools").choices[0].message
    told = ask_openai(openai_client, "google/demo-tools", results_for_openai(message)).choices[0].message.content
    assert told == "The tools say: r0; r1"
    called = demo.requests[-1].body["contents"][1]["parts"][1]
    assert called["thoughtSignature"] == "skip_thought_signature_validator"
    # An id with a signature in it is longer than OpenAI allows.
    content = ask_anthropic(anthropic_client, "google/demo-tools").content
    told = ask_anthropic(anthropic_client, "demo/demo-tools", results_for_anthropic(content)).content[0].text
    assert told == "The tools say: r0; r1"
    assistant, *results = demo.requests[-1].body["messages"][-3:]
    ids = [call["id"] for call in assistant["tool_calls"]]
    assert ids == [result["tool_call_id"] for result in results]
    assert all(len(id) <= 40 for id in ids)


IMAGE_URL = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
WHAT = {"type": "text", "text": "What is this?"}


def test_an_openai_client_s_image_arrives_in_the_vendor_s_form(openai_client, demo):
    messages = [{"role": "user", "content": [WHAT, IMAGE_URL]}]
    ask_openai(openai_client, "anthropic/demo-fast", messages)
    assert demo.requests[-1].body["messages"][0]["content"] == [WHAT, IMAGE]
    ask_openai(openai_client, "google/demo-fast", messages)
    part = demo.requests[-1].body["contents"][0]["parts"][1]["inlineData"]
    assert part["mime_type"] == "image/png"
    assert base64.urlsafe_b64decode(part["data"]) == base64.b64decode(PNG)


def test_an_anthropic_client_s_image_arrives_in_the_vendor_s_form(anthropic_client, demo):
    ask_anthropic(anthropic_client, "demo/demo-fast", [{"role": "user", "content": [WHAT, IMAGE]}])
    assert demo.requests[-1].body["messages"][0]["content"] == [WHAT, IMAGE_URL]


def test_a_picture_that_a_tool_took_is_shown_after_its_result(anthropic_client, demo):
    content = ask_anthropic(anthropic_client, "demo/demo-tools").content
    messages = results_for_anthropic(content)
    messages[-1]["content"][0]["content"] = [IMAGE]
    ask_anthropic(anthropic_client, "demo/demo-tools", messages)
    *_, first, second, shown = demo.requests[-1].body["messages"]
    assert (first["content"], second["content"]) == ("", "r1")
    assert shown == {"role": "user", "content": [IMAGE_URL]}


def test_an_image_by_its_address_goes_to_who_fetches_it_himself(openai_client, demo):
    messages = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]}]
    ask_openai(openai_client, "anthropic/demo-fast", messages)
    source = demo.requests[-1].body["messages"][0]["content"][0]["source"]
    assert source == {"type": "url", "url": "https://example.com/a.png"}
    where = r"'messages\[0\].content\[0\].image_url.url' cannot be translated"
    with pytest.raises(openai.BadRequestError, match=where):
        ask_openai(openai_client, "google/demo-fast", messages)


ANSWER = {"type": "object", "properties": {"answer": {"type": "string"}}}


def test_the_form_of_the_answer_is_asked_for_in_the_vendor_s_words(openai_client, anthropic_client, demo):
    wanted = {"type": "json_schema", "json_schema": {"name": "reply", "schema": ANSWER}}
    ask_openai(openai_client, "anthropic/demo-fast", response_format=wanted, stop="END", top_p=0.5)
    body = demo.requests[-1].body
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": ANSWER}}
    assert (body["stop_sequences"], body["top_p"]) == (["END"], 0.5)
    ask_openai(openai_client, "google/demo-fast", response_format=wanted, stop=["A", "B"], top_p=0.5)
    config = demo.requests[-1].body["generationConfig"]
    assert (config["responseMimeType"], config["responseJsonSchema"]) == ("application/json", ANSWER)
    assert (config["stopSequences"], config["topP"]) == (["A", "B"], 0.5)
    ask_openai(openai_client, "google/demo-fast", response_format={"type": "json_object"})
    assert demo.requests[-1].body["generationConfig"] == {"responseMimeType": "application/json"}
    output = {"format": {"type": "json_schema", "schema": ANSWER}}
    ask_anthropic(anthropic_client, "demo/demo-fast", output_config=output, stop_sequences=["END"])
    body = demo.requests[-1].body
    assert body["response_format"]["json_schema"] == {"name": "answer", "schema": ANSWER}
    assert body["stop"] == ["END"]


CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"tools": [{"type": "custom", "custom": {"name": "f"}}]}, "tools[0]"),
        ({"tools": OPENAI_TOOLS, "tool_choice": {"type": "allowed_tools", "allowed_tools": {}}}, "tool_choice"),
        ({"tools": 7}, "tools"),
        ({"tools": [{"type": "function", "function": {"name": 7}}]}, "tools[0].function.name"),
        ({"tools": [{"type": "function", "function": {"name": "f", "parameters": []}}] * 2, "stop": 7}, "stop"),
        ({"stop": [7]}, "stop"),
        ({"response_format": {"type": "grammar"}}, "response_format"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        ({"top_p": 2}, "top_p"),
        ({"messages": [{"role": "user", "content": [{"type": "file", "file": {}}]}]}, "messages[0].content[0]"),
        ({"messages": [{"role": "system", "content": [IMAGE_URL]}, *QUESTION]}, "messages[0].content"),
        (
            {"messages": [*QUESTION, {"role": "tool", "tool_call_id": "call_9", "content": "x"}]},
            "messages[1].tool_call_id",
        ),
        (
            {"messages": [*QUESTION, {"role": "assistant", "tool_calls": [CALL | {"function": {"name": "f"}}]}]},
            "messages[1].tool_calls[0].function.arguments",
        ),
        (
            {
                "messages": [
                    *QUESTION,
                    {"role": "assistant", "tool_calls": [CALL | {"function": {"name": "f", "arguments": "[1]"}}]},
                ]
            },
            "messages[1].tool_calls[0].function.arguments",
        ),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,%%%"}}],
                    }
                ]
            },
            "messages[0].content[0].image_url.url",
        ),
    ],
)
def test_what_an_openai_client_cannot_be_given_is_a_400_that_names_it(alice, demo, more, where):
    demo.requests.clear()
    with alice.by_key() as program:
        answer = program.post("/v1/chat/completions", json={"model": NOT_OPENAI[0], "messages": QUESTION} | more)
    assert answer.status_code == 400
    assert f"'{where}'" in answer.json()["error"]["message"]
    assert not demo.requests


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"tools": [{"type": "bash_20250124", "name": "bash"}]}, "tools[0]"),
        ({"tools": ANTHROPIC_TOOLS, "tool_choice": {"type": "some"}}, "tool_choice"),
        ({"mcp_servers": [{"name": "x"}]}, "mcp_servers"),
        ({"output_config": {"format": {"type": "xml"}}}, "output_config.format"),
        ({"messages": [{"role": "user", "content": [{"type": "document"}]}]}, "messages[0].content[0]"),
        ({"messages": [{"role": "assistant", "content": [IMAGE]}, *QUESTION]}, "messages[0].content[0]"),
        (
            {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_9"}]}]},
            "messages[0].content[0].tool_use_id",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file"}}]}]},
            "messages[0].content[0].source",
        ),
    ],
)
def test_what_an_anthropic_client_cannot_be_given_is_a_400_that_names_it(alice, demo, more, where):
    demo.requests.clear()
    with alice.by_key() as program:
        answer = program.post("/v1/messages", json={"model": "demo-fast", "max_tokens": 9, "messages": QUESTION} | more)
    assert answer.status_code == 400
    assert f"'{where}'" in answer.json()["error"]["message"]
    assert not demo.requests


def test_what_another_vendor_has_no_use_for_is_ignored(anthropic_client, demo):
    thoughts = [{"type": "thinking", "thinking": "Hm.", "signature": "x"}, {"type": "text", "text": "Yes?"}]
    messages = [*QUESTION, {"role": "assistant", "content": thoughts}, *QUESTION]
    thinking = {"type": "enabled", "budget_tokens": 1024}
    ask_anthropic(anthropic_client, "demo/demo-fast", messages, thinking=thinking, service_tier="auto")
    assert demo.requests[-1].body["messages"][1] == {"role": "assistant", "content": "Yes?"}
