"""Tools, images and forms of the Responses API for an endpoint that has chat completions alone."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import openai
import pytest

REPLIES = Path(__file__).parent.parent / "replies" / "openai"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = {"type": "function", "name": "get_weather", "description": "The weather now.", "parameters": PARAMETERS}
QUESTION = {"role": "user", "content": "How is the weather in Paris?"}
CALL = {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city":"Paris"}'}


class Replies(BaseHTTPRequestHandler):
    """Answers with the recorded reply that the model's name names."""

    asked: list[dict]

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(body)
        kind, ending = ("text/event-stream", "sse") if body.get("stream") else ("application/json", "json")
        reply = (REPLIES / f"{body['model']}.{ending}").read_bytes()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def asked():
    """What reached the endpoint."""
    return []


@pytest.fixture(scope="module")
def client(start_api, asked):
    """The official client of somebody whose FluxGate knows an endpoint that replays what was recorded."""
    handler = type("Recording", (Replies,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = {"name": "replay", "baseUrl": f"http://127.0.0.1:{server.server_port}/v1"}
        person = start_api(endpoints=[endpoint]).person("dora")
        with openai.OpenAI(base_url=f"{person.url}/v1", api_key=person.key, max_retries=0) as client:
            yield client
        server.shutdown()


def calls(response):
    return [(item.name, item.arguments, item.status) for item in response.output if item.type == "function_call"]


def test_a_tool_is_offered_and_called(client, asked):
    answer = client.responses.create(model="replay/tools", input=[QUESTION], tools=[WEATHER])
    assert calls(answer) == [("get_weather", '{"city":"Paris"}', "completed")]
    assert answer.output[0].call_id == "call_DdmO9pD3xa9XTPNJ32zg2hcA"
    assert (answer.status, answer.tools[0].name) == ("completed", "get_weather")
    function = {name: WEATHER[name] for name in ("name", "description", "parameters")}
    assert asked[-1]["tools"] == [{"type": "function", "function": function}]


def test_it_is_called_in_a_stream(client):
    with client.responses.stream(model="replay/tools", input=[QUESTION], tools=[WEATHER]) as stream:
        events = list(stream)
        answer = stream.get_final_response()
    kinds = [event.type.removeprefix("response.") for event in events]
    assert kinds == [
        "created",
        "in_progress",
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    assert events[4].snapshot == '{"city":"Paris"}'
    assert calls(answer) == [("get_weather", '{"city":"Paris"}', "completed")]


def test_what_came_of_it_is_told(client, asked):
    result = {"type": "function_call_output", "call_id": "call_1", "output": "sunny"}
    answer = client.responses.create(model="replay/answer", input=[QUESTION, CALL, result], tools=[WEATHER])
    assert answer.output_text == "Water boils at 100 °C."
    called = {"name": "get_weather", "arguments": '{"city":"Paris"}'}
    assert asked[-1]["messages"] == [
        QUESTION,
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": called}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
    ]


def test_what_the_assistant_said_and_called_is_one_message(client, asked):
    said = {"role": "assistant", "content": "Let me look."}
    second = CALL | {"call_id": "call_2", "arguments": '{"city":"Rome"}'}
    results = [{"type": "function_call_output", "call_id": f"call_{n}", "output": "sunny"} for n in (1, 2)]
    client.responses.create(model="replay/answer", input=[QUESTION, said, CALL, second, *results], tools=[WEATHER])
    messages = asked[-1]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "tool", "tool"]
    assert (messages[1]["content"], len(messages[1]["tool_calls"])) == ("Let me look.", 2)


def test_what_a_response_put_out_can_be_put_in_again(client, asked):
    first = client.responses.create(model="replay/tools", input=[QUESTION], tools=[WEATHER])
    result = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": "sunny"}
    second = client.responses.create(model="replay/answer", input=[QUESTION, *first.output, result], tools=[WEATHER])
    client.responses.create(model="replay/answer", input=[QUESTION, *second.output, QUESTION])
    assert asked[-1]["messages"][1] == {"role": "assistant", "content": "Water boils at 100 °C."}


def test_reasoning_is_an_item_before_the_message(client):
    with client.responses.stream(model="replay/reasoning", input="Why?") as stream:
        thought = "".join(event.delta for event in stream if event.type == "response.reasoning_text.delta")
        answer = stream.get_final_response()
    assert thought == answer.output[0].content[0].text == "The user asks for water."
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert answer.output_text == "100 °C"
    assert answer.usage.output_tokens_details.reasoning_tokens == 20


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("required", "required"),
        ("none", "none"),
        ({"type": "function", "name": "get_weather"}, {"type": "function", "function": {"name": "get_weather"}}),
    ],
)
def test_which_tool_to_call_can_be_said(client, asked, choice, told):
    client.responses.create(
        model="replay/tools", input=[QUESTION], tools=[WEATHER], tool_choice=choice, parallel_tool_calls=False
    )
    assert (asked[-1]["tool_choice"], asked[-1]["parallel_tool_calls"]) == (told, False)


def test_an_image_is_shown(client, asked):
    url = f"data:image/png;base64,{PIXEL}"
    parts = [{"type": "input_text", "text": "What is this?"}, {"type": "input_image", "image_url": url}]
    client.responses.create(model="replay/answer", input=[{"role": "user", "content": parts}])
    assert asked[-1]["messages"][0]["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]


def test_a_tool_may_answer_with_an_image(client, asked):
    url = f"data:image/png;base64,{PIXEL}"
    output = [{"type": "input_image", "image_url": url}]
    result = {"type": "function_call_output", "call_id": "call_1", "output": output}
    client.responses.create(model="replay/answer", input=[QUESTION, CALL, result], tools=[WEATHER])
    assert asked[-1]["messages"][-1]["content"] == [{"type": "image_url", "image_url": {"url": url}}]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"type": "json_object"}, {"type": "json_object"}),
        (
            {"type": "json_schema", "name": "place", "schema": PARAMETERS, "strict": True},
            {"type": "json_schema", "json_schema": {"name": "place", "schema": PARAMETERS, "strict": True}},
        ),
    ],
)
def test_the_form_of_the_text_is_told(client, asked, form, told):
    client.responses.create(model="replay/answer", input="Answer in JSON.", text={"format": form})
    assert asked[-1]["response_format"] == told


@pytest.mark.parametrize(
    ("field", "more"),
    [
        (r"tools\[0\]", {"tools": [{"type": "web_search"}]}),
        ("tool_choice", {"tools": [WEATHER], "tool_choice": {"type": "file_search"}}),
        ("text.format", {"text": {"format": {"type": "poem"}}}),
        (
            r"input\[0\].content\[0\].image_url",
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
        ),
        (r"input\[1\].call_id", {"input": [QUESTION, {"type": "function_call_output", "call_id": "c", "output": ""}]}),
        (r"input\[1\].arguments", {"input": [QUESTION, CALL | {"arguments": "[]"}]}),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(client, asked, field, more):
    before = len(asked)
    with pytest.raises(openai.BadRequestError, match=f"'{field}"):
        client.responses.create(**{"model": "replay/answer", "input": "Hi"} | more)
    assert len(asked) == before
