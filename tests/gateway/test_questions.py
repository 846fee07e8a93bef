"""A conversation in one vendor's form, put into another's and back, says the same."""

import json

from hypothesis import given
from hypothesis import strategies as st

from fluxgate_app.chat.dialects.prompts import anthropic as to_anthropic
from fluxgate_app.chat.dialects.prompts import gemini as to_gemini
from fluxgate_app.chat.dialects.prompts import openai as to_openai
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.gateway.asked import Asked
from fluxgate_app.gateway.questions import anthropic as from_anthropic
from fluxgate_app.gateway.questions import openai as from_openai
from fluxgate_app.gateway.routes import CHAT_COMPLETIONS, MESSAGES
from fluxgate_app.providers.model import Model, Provider
from fluxgate_app.tracking import Context, Owner

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20).filter(str.strip)
names = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_-]{0,20}", fullmatch=True)
values = st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3))
arguments = st.dictionaries(texts, values, max_size=3)


@st.composite
def conversations(draw) -> list[dict]:
    """An OpenAI client's: questions, answers with calls of tools, and what came of them."""
    messages = [{"role": "user", "content": draw(texts)}]
    for turn in range(draw(st.integers(0, 3))):
        calls = [
            {
                "id": f"call_{turn}_{index}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(given)},
            }
            for index, (name, given) in enumerate(draw(st.lists(st.tuples(names, arguments), min_size=1, max_size=3)))
        ]
        messages.append({"role": "assistant", "content": draw(st.none() | texts), "tool_calls": calls})
        messages += [{"role": "tool", "tool_call_id": call["id"], "content": draw(texts)} for call in calls]
    return messages


def read(route, read_by, messages, dialect):
    provider = Provider("other", "Other", dialect, "http://127.0.0.1:9", "key", "real", None)
    body = {"model": "m", "messages": messages}
    asked = Asked(route, {}, "", b"", body, Context(), Owner())
    return Prompt("m", "", read_by(asked, Model("m", provider, "M")).messages)


def plain(messages):
    """The conversation with its arguments read."""
    for message in messages:
        for call in message.get("tool_calls") or ():
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return messages


@given(conversations())
def test_texts_ids_and_arguments_survive_the_way_to_anthropic_and_back(messages):
    there = to_anthropic.arguments(read(CHAT_COMPLETIONS, from_openai.read, messages, "anthropic"))["messages"]
    back = to_openai.arguments(read(MESSAGES, from_anthropic.read, there, "openai"), "127.0.0.1")["messages"]
    assert plain(back) == plain(messages)


@given(conversations())
def test_each_result_reaches_gemini_under_the_name_of_its_call(messages):
    contents = to_gemini.arguments(read(CHAT_COMPLETIONS, from_openai.read, messages, "gemini"))["contents"]
    parts = [part for content in contents for part in content["parts"]]
    functions = [call["function"] for message in messages for call in message.get("tool_calls") or ()]
    called = [
        (part["function_call"]["name"], part["function_call"]["args"]) for part in parts if "function_call" in part
    ]
    assert called == [(function["name"], json.loads(function["arguments"])) for function in functions]
    results = [part["function_response"] for part in parts if "function_response" in part]
    assert [result["name"] for result in results] == [function["name"] for function in functions]
    told = [message["content"] for message in messages if message["role"] == "tool"]
    assert [result["response"]["output"] for result in results] == told
    said = [message["content"] for message in messages if message["role"] != "tool" and message["content"]]
    assert [part["text"] for part in parts if "text" in part] == said
